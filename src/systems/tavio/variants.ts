// Which spelling of a call the service turned out to answer, remembered for one connection.
import { type Method, type RouteKey, type RouteVariant, routeOf, type TokenScope } from './routes.ts'

/** One way to spell a call. Without `variant` it is the main row of the table. */
export interface Candidate {
  readonly method: Method
  readonly path: string
  readonly scope: TokenScope
  readonly body: 'none' | 'json' | 'form'
  readonly variant?: RouteVariant
}

export interface Variants {
  /** The spellings worth trying, in order; one if it is already known which the service answers. */
  readonly candidates: (key: RouteKey) => readonly Candidate[]
  /** Must be called when a candidate was answered with success. */
  readonly worked: (key: RouteKey, candidate: Candidate) => void
  /** True once the call has been answered with success: then a 404 speaks of the object, not of the path. */
  readonly settled: (key: RouteKey) => boolean
}

export function makeVariants(): Variants {
  const adopted = new Set<string>()
  const settled = new Set<RouteKey>()
  return {
    candidates: (key) => {
      const all = candidatesOf(key)
      const known = all.find(({ variant }) => variant !== undefined && adopted.has(variant.name))
      if (known !== undefined) return [known]
      return settled.has(key) ? all.slice(0, 1) : all
    },
    worked: (key, { variant }) => {
      settled.add(key)
      if (variant !== undefined) adopted.add(variant.name)
    },
    settled: (key) => settled.has(key),
  }
}

function candidatesOf(key: RouteKey): readonly Candidate[] {
  const { method, path, scope, body, variants } = routeOf(key)
  return [
    { method, path, scope, body },
    ...variants.map(
      (variant): Candidate => ({
        method: variant.method,
        path: variant.path,
        scope: variant.scope ?? scope,
        body: variant.bodyField === undefined ? body : 'json',
        variant,
      }),
    ),
  ]
}
