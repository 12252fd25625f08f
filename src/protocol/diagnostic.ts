// Problems as the host shows them: with the attribute they are about, and never more than a person should see.
import { type Diagnostic, DiagnosticError, located, problem } from '../diagnostics.ts'
import type { Path, PathStep } from '../path.ts'
import type { Attribute, Attributes, Type } from '../schema/attribute.ts'
import type { diagnostic } from './messages.ts'
import type { Encodable } from './wire.ts'

type WireStep = { readonly attribute?: string; readonly key?: string; readonly index?: number }

/** Diagnostics as messages. Paths are followed through `attributes`, as far as the host can address them. */
export function toWire(
  diagnostics: readonly Diagnostic[],
  attributes: Attributes,
): Encodable<typeof diagnostic>[] {
  return diagnostics.map(({ severity, summary, detail, where }) => ({
    severity: severity === 'error' ? 1 : 2,
    summary,
    detail,
    ...(where?.path === undefined || where.path.length === 0
      ? {}
      : { attribute: pathToWire(where.path, attributes) }),
  }))
}

/** Steps into attributes, maps and lists. Elements of sets cannot be addressed, so a path ends at the set. */
export function pathToWire(path: Path, attributes: Attributes): { readonly steps: readonly WireStep[] } {
  const steps: WireStep[] = []
  let type: Type | undefined = { kind: 'object', attributes }
  for (const step of path) {
    const next = stepInto(type, step)
    if (next === undefined) break
    steps.push(next.step)
    type = next.type
  }
  return { steps }
}

function stepInto(
  type: Type | undefined,
  step: PathStep,
): { readonly step: WireStep; readonly type: Type | undefined } | undefined {
  switch (type?.kind) {
    case 'object': {
      const inner: Attribute | undefined = type.attributes[String(step)]
      return { step: { attribute: String(step) }, type: inner?.type }
    }
    case 'map':
      return { step: { key: String(step) }, type: type.element }
    case 'list':
      return typeof step === 'number' ? { step: { index: step }, type: type.element } : undefined
    case 'tuple':
      return typeof step === 'number' ? { step: { index: step }, type: type.elements[step] } : undefined
    default:
      return undefined
  }
}

/** Turns whatever was thrown into diagnostics. */
export function toDiagnostics(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return located(error.diagnostics, {})
  if (error instanceof Error && error.name === 'AbortError')
    return [problem('Interrupted', 'The operation was stopped before it ended.')]
  const message = error instanceof Error ? error.message : String(error)
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return [problem('Operation failed', `${message}${cause}`)]
}
