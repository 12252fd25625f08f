// `import` blocks: which instances are to be taken from the service instead of being made.
import { type Address, formatAddress, formatBlock, type InstanceKey } from '../address.ts'
import type { Config, Import } from '../config/config.ts'
import { DiagnosticError, type Place, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { convertPrimitive } from '../schema/convert.ts'
import { unmark } from '../schema/marks.ts'
import { UNKNOWN } from '../schema/value.ts'
import { expand, type Instance } from './expand.ts'
import { instanceScope } from './scope.ts'

/** What to look for, and where the block is that says so. */
export interface ImportId {
  readonly id: string
  readonly place: Place
}

/** Import ids of a block's instances, by address. What they refer to must have been planned. Throws diagnostics. */
export function importIds(config: Config, block: string, scope: Scope): ReadonlyMap<string, ImportId> {
  const found = new Map<string, ImportId>()
  for (const one of config.imports ?? []) {
    if (formatBlock(one.block) !== block) continue
    for (const { repetition } of expand({ forEach: one.forEach }, scope)) {
      const here = instanceScope(scope, repetition)
      const address: Address = { ...one.block, key: keyOf(one, here) }
      const text = formatAddress(address)
      if (found.has(text)) refuse(one, `names ${text}, which another one names too. Remove one of them.`)
      found.set(text, { id: idOf(one, here), place: one.place })
    }
  }
  return found
}

/** Throws a diagnostic for an import whose instance its block does not want. */
export function checkImported(
  ids: ReadonlyMap<string, ImportId>,
  wanted: readonly Instance[],
  textOf: (one: Instance) => string,
): void {
  if (ids.size === 0) return
  const there = new Set(wanted.map(textOf))
  for (const [text, { place }] of ids) {
    if (there.has(text)) continue
    const detail = `An "import" block names ${text}, but its block has no such instance. Correct one of the two.`
    throw new DiagnosticError(problem('Import target not declared', detail, place))
  }
}

function idOf(one: Import, scope: Scope): string {
  const { value, sensitive } = unmark(evaluate(one.id, scope))
  if (sensitive.length > 0)
    refuse(one, 'has a sensitive id, which would show. Use nonsensitive() if it may be shown.')
  if (value === UNKNOWN)
    refuse(one, 'has an id that is only known after apply. Apply what it refers to first.')
  const id = value === null ? undefined : textOf(value)
  if (id === undefined || id === '') return refuse(one, 'has no id. It must be a text that is not empty.')
  return id
}

function textOf(value: Parameters<typeof convertPrimitive>[0]): string | undefined {
  try {
    const text = convertPrimitive(value, 'string')
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

function keyOf(one: Import, scope: Scope): InstanceKey {
  if (one.key === undefined) return undefined
  const { value } = unmark(evaluate(one.key, scope))
  if (typeof value === 'string' || typeof value === 'number') return value
  return refuse(one, 'names an instance by something that is neither a text nor a number, or not known yet.')
}

function refuse(one: Import, what: string): never {
  const detail = `An "import" block of ${formatBlock(one.block)} ${what}`
  throw new DiagnosticError(problem('Invalid import block', detail, one.place))
}
