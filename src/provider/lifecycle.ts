// The calls of one resource as every caller makes them: values made whole, spellings kept, lost answers recovered.

import jsonPatch, { type Operation } from 'fast-json-patch'
import { type Diagnostic, DiagnosticError, fail } from '../diagnostics.ts'
import { conform } from '../schema/conform.ts'
import { encodeValue } from '../schema/json.ts'
import { isObject, isWhollyKnown, type ObjectValue, type Value } from '../schema/value.ts'
import type { Call, WritingCall } from './call.ts'
import { identityOf, naturalKey } from './collection.ts'
import type { Ephemeral } from './ephemeral.ts'
import { normalize } from './normalize.ts'
import { completePartial } from './partial.ts'
import type { DataSource, Resource } from './resource.ts'
import { UncertainOutcomeError, UnknownOutcome } from './uncertain.ts'

type Writing = WritingCall<ObjectValue>

/**
 * Checks what a user wrote, and everything the resource itself can say without the service. `subject` is the address.
 *
 * The config in the result is usable only if there are no errors among the diagnostics.
 */
export function validateObject(
  kind: Pick<Resource | DataSource | Ephemeral, 'schema' | 'validate'>,
  config: ObjectValue,
  subject: string,
): { readonly config: ObjectValue; readonly diagnostics: readonly Diagnostic[] } {
  const { value, problems } = conform(config, kind.schema.attributes, subject)
  if (problems.length > 0) return { config: value, diagnostics: problems }
  return { config: value, diagnostics: kind.validate?.({ config: value }) ?? [] }
}

/** Reads an object; undefined when it is gone. */
export async function readObject(
  args: Call & { readonly resource: Resource; readonly client: unknown; readonly prior: ObjectValue },
): Promise<ObjectValue | undefined> {
  const { resource, prior } = args
  const found = await resource.read(args)
  return found === undefined ? undefined : normalize(resource.type, resource.schema, found, prior)
}

/** Reads a data source. Its config must be wholly known. */
export async function readData(
  args: Call & { readonly source: DataSource; readonly client: unknown; readonly config: ObjectValue },
): Promise<ObjectValue> {
  const { source, config } = args
  return normalize(source.type, source.schema, await source.read(args), config)
}

/** Finds what a user names by an import id; undefined when there is nothing. */
export async function findByImportId(
  args: Call & { readonly resource: Resource; readonly client: unknown; readonly id: string },
): Promise<ObjectValue | undefined> {
  const { resource } = args
  if (resource.import === undefined)
    fail('Import not possible', `${resource.type} cannot be imported: it has nothing to be found by.`)
  const found = await resource.import(args)
  return found === undefined ? undefined : normalize(resource.type, resource.schema, found, undefined)
}

/**
 * Creates an object, at most once.
 *
 * When the service may have created it without telling, it is looked for by its natural key and taken if it is there;
 * `existing` names objects with that key that are not ours to take. If it is not there, it is created again where that
 * does no harm. Throws UnknownOutcome when it may exist all the same; something of it is saved whenever it is known.
 */
export async function createObject(
  args: Writing & {
    readonly resource: Resource
    readonly client: unknown
    readonly config: ObjectValue
    readonly planned: ObjectValue
    readonly existing: readonly string[]
  },
): Promise<ObjectValue> {
  const { resource } = args
  let saved: Partial<ObjectValue> | undefined
  const checkpoint: typeof args.checkpoint = async (part) => {
    saved = part
    await args.checkpoint(part)
  }
  for (let repeated = false; ; repeated = true) {
    try {
      return await keepCreated(args, await resource.create({ ...args, checkpoint }))
    } catch (error) {
      if (saved !== undefined && error instanceof UncertainOutcomeError)
        return adopt(args, saved as ObjectValue)
      // After the first try a refusal may be about the object that the first try made.
      if (!(error instanceof UncertainOutcomeError) && !repeated) throw error
      const found = await lookForCreated(args).catch((cause: unknown) => giveUp(args, cause))
      if (isObject(found)) return adopt(args, found)
      if (found === 'cannot tell' || resource.repeatable === false || repeated)
        return giveUp(args, error, repeated ? 2 : 1)
      args.warn(
        'Create repeated',
        `The service gave no answer when ${resource.type} was created, and it is not there. It was created again.`,
      )
    }
  }
}

/** An object that does not fit its schema exists all the same, so what does fit is saved before that is told. */
async function keepCreated(
  args: Parameters<typeof createObject>[0],
  returned: ObjectValue,
): Promise<ObjectValue> {
  const { resource, planned } = args
  try {
    return normalize(resource.type, resource.schema, returned, planned)
  } catch (error) {
    const part = completePartial(resource.schema, returned, undefined)
    if (part === undefined)
      throw new UnknownOutcome(`${wordOf(error)} Nothing is known of the object.`, { cause: error })
    await args.checkpoint(part)
    throw error
  }
}

/** Changes an object in place. */
export async function updateObject(
  args: Writing & {
    readonly resource: Resource
    readonly client: unknown
    readonly config: ObjectValue
    readonly prior: ObjectValue
    readonly planned: ObjectValue
  },
): Promise<ObjectValue> {
  const { resource, prior, planned } = args
  if (resource.update === undefined)
    throw new Error(`${resource.type} has no update, so it must not be planned`)
  const result = await resource.update({ ...args, patch: knownPatch(prior, planned) })
  return normalize(resource.type, resource.schema, result, planned)
}

/** Deletes an object; succeeds when it is gone already. */
export async function deleteObject(
  args: Writing & { readonly resource: Resource; readonly client: unknown; readonly prior: ObjectValue },
): Promise<void> {
  await args.resource.delete(args)
}

/** The RFC 6902 patch between two objects; what is unknown is `{"$":"unknown"}` in it. */
export function patchBetween(prior: Value, planned: Value): Operation[] {
  return jsonPatch.compare(encodeValue(prior) as object, encodeValue(planned) as object)
}

function knownPatch(prior: ObjectValue, planned: ObjectValue): Operation[] {
  const settled = Object.fromEntries(
    Object.keys(planned).map((name) => [
      name,
      isWhollyKnown(planned[name] as Value) ? planned[name] : prior[name],
    ]),
  ) as ObjectValue
  return patchBetween(prior, settled)
}

/** A list may lag behind a create, so one look is no proof of absence. */
const LOOKS = 4

async function lookForCreated(
  args: Parameters<typeof createObject>[0],
): Promise<ObjectValue | 'absent' | 'cannot tell'> {
  const { collection } = args.resource
  const key = collection && naturalKey(collection, args.planned)
  if (collection === undefined || key === undefined) return 'cannot tell'
  let looks = 0
  let isListed = false
  const matches = await args.poll({
    what: `${args.resource.type} to be listed`,
    probe: async () => {
      looks += 1
      const listed = await collection.list({ ...args, scope: args.planned })
      isListed ||= listed !== undefined
      return (listed ?? [])
        .map((entry) => entry.value as ObjectValue)
        .filter((value) => naturalKey(collection, value) === key)
        .filter((value) => !args.existing.includes(identityOf(collection, value) ?? ''))
    },
    until: (found) => found.length > 0 || looks >= LOOKS,
    timeoutMs: 60_000,
  })
  if (matches.length > 1) {
    throw new UnknownOutcome(
      `The service gave no answer when ${args.resource.type} was created, and now lists ${matches.length} objects with the same natural key. Find out which one is new, and import it.`,
    )
  }
  return matches[0] ?? (isListed ? 'absent' : 'cannot tell')
}

async function adopt(args: Parameters<typeof createObject>[0], found: ObjectValue): Promise<ObjectValue> {
  const { resource, planned } = args
  const seed = { ...unknownsAsNull(planned), ...found }
  await args.checkpoint(seed)
  const current = await readObject({ ...args, prior: seed })
  if (current === undefined) return giveUp(args)
  const spelled = normalize(resource.type, resource.schema, current, planned)
  // Also if it looks as planned: what cannot be read must be sent again, and what is on its way be waited for.
  return resource.update === undefined ? spelled : updateObject({ ...args, prior: spelled })
}

function unknownsAsNull(planned: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(planned).map(([name, value]) => [name, isWhollyKnown(value) ? value : null]),
  ) as ObjectValue
}

function giveUp({ resource }: { readonly resource: Resource }, cause?: unknown, times = 1): never {
  // A list that names several candidates has said so already.
  if (cause instanceof UnknownOutcome) throw cause
  const sent =
    times === 1
      ? 'It was not sent again, since it may be there all the same.'
      : `It was sent twice${cause instanceof DiagnosticError ? `, and refused the second time: ${wordOf(cause)}` : '.'}`
  throw new UnknownOutcome(
    `The service gave no answer when ${resource.type} was created, and the object cannot be found. ${sent} Run again in a moment: the next plan looks for the object first, and takes it over if it is there by then.`,
    { cause },
  )
}

function wordOf(error: unknown): string {
  return error instanceof DiagnosticError ? (error.diagnostics[0]?.detail ?? '') : String(error)
}
