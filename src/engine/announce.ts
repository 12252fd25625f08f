// What a run is to do, told before its first call: which objects, and by what they would be found.
import { formatJson } from '../schema/json.ts'
import { field, isObject, isWhollyKnown, type ObjectValue, objectOf } from '../schema/value.ts'
import type { Announced } from '../state/journal.ts'
import type { RunOptions } from './api.ts'
import { findResource } from './connect.ts'
import type { Plan, Step } from './plan.ts'
import { schemaSensitive } from './recorded.ts'
import { stepKey } from './step-record.ts'

/** So much of an expression is told: it is for people, and there may be thousands. */
const SHOWN = 200

/** Everything that a plan's steps are to change in the services, in their order. Holds no secret. */
export function announce(plan: Plan, providers: RunOptions['providers']): readonly Announced[] {
  return plan.steps.flatMap((step) => {
    const { action } = step
    // Reading and forgetting change nothing there, and what is blocked is not begun.
    if (action === 'read' || action === 'forget' || step.blocked !== undefined) return []
    const source = plan.providers[step.provider]?.source ?? ''
    const resource = findResource(providers, source, step.address.type)
    const { collection } = resource ?? {}
    const object = (action === 'create' ? step.planned : step.prior) ?? {}
    const marked = [...step.sensitive, ...(resource ? schemaSensitive(resource.schema, object) : [])]
    const secret = new Set(marked.map(([root]) => root))
    const open = (...names: readonly string[]) => names.filter((name) => !secret.has(name))
    const scope = collection?.scope ?? []
    return [
      {
        step: step.id,
        action,
        key: stepKey(step),
        ...(collection !== undefined && { collection: collection.name }),
        ...(action === 'create'
          ? naturalKey(step, object, open(...scope, ...(collection?.key ?? [])))
          : { target: known(object, open(...scope, ...(collection?.identity ?? ['id']))) }),
      },
    ]
  })
}

function naturalKey(
  step: Step,
  planned: ObjectValue,
  names: readonly string[],
): Pick<Announced, 'identity' | 'expressions'> {
  if (names.length === 0) return {}
  const unknown = names.filter((name) => !isWhollyKnown(planned[name] ?? null))
  const texts = unknown.flatMap((name) => {
    const text = written(step, name)
    return text === undefined ? [] : [[name, text] as const]
  })
  return {
    identity: known(planned, names),
    ...(texts.length > 0 && { expressions: Object.fromEntries(texts) }),
  }
}

function known(object: ObjectValue, names: readonly string[]): ObjectValue {
  return objectOf(
    names.flatMap((name) => {
      const value = object[name] ?? null
      return value === null || !isWhollyKnown(value) ? [] : [[name, value]]
    }),
  )
}

/** Undefined where nobody wrote anything: then the service makes it up. */
function written({ body }: Step, name: string): string | undefined {
  const value = body !== undefined && isObject(body) ? field(body, name) : undefined
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'string' ? value : formatJson(value)
  const [, bare = text] = /^\$\{([^{}]*)\}$/.exec(text) ?? []
  return bare.length > SHOWN ? `${bare.slice(0, SHOWN)}…` : bare
}
