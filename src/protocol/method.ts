// One remote call: decode, do, and turn whatever went wrong into diagnostics of the answer.
import { type Diagnostic, DiagnosticError, fail, type Severity } from '../diagnostics.ts'
import type { Call } from '../provider/call.ts'
import { makePoll } from '../provider/poll.ts'
import type { Provider } from '../provider/provider.ts'
import type { Resource } from '../provider/resource.ts'
import { identityAttributes, identityValue } from '../provider/resource-identity.ts'
import type { Attributes, Schema } from '../schema/attribute.ts'
import { didYouMean } from '../schema/suggest.ts'
import type { ObjectValue } from '../schema/value.ts'
import { toDiagnostics, toWire } from './diagnostic.ts'
import type { dynamicValue } from './messages.ts'
import type { PluginSession } from './session.ts'
import { decodeObject, encodeObject } from './value-codec.ts'
import type { Decoded, Encodable, Fields, Message } from './wire.ts'
import { decodeMessage } from './wire-decode.ts'
import { encodeMessage } from './wire-encode.ts'

/** What a method is handed besides its request. */
export interface Scene {
  readonly provider: Provider
  readonly session: PluginSession
  /** For what only looks: ends at once when the host stops, or gives up. */
  readonly reading: Call
  /** For what changes something: waiting ends when the host stops, a request under way may still end. */
  readonly writing: Call
  readonly report: (diagnostics: readonly Diagnostic[]) => void
  /** Reports whatever was thrown. */
  readonly fail: (error: unknown) => void
}

/** A method by its messages. `handle` may throw; what it returned before is then lost. */
export interface Method<Q extends Fields = Fields, R extends Fields = Fields> {
  readonly request: Message<Q>
  readonly response: Message<R>
  /** The attributes that paths in diagnostics lead into. */
  readonly attributes?: (provider: Provider, request: Decoded<Message<Q>>) => Attributes | undefined
  readonly handle: (
    request: Decoded<Message<Q>>,
    scene: Scene,
  ) => Promise<Encodable<Message<R>>> | Encodable<Message<R>>
}

/** Gives a method its types from its messages, and forgets them again for the table. */
export function method<Q extends Fields, R extends Fields>(
  messages: { readonly request: Message<Q>; readonly response: Message<R> },
  rest: Omit<Method<Q, R>, 'request' | 'response'>,
): Method {
  // The table's caller decodes and encodes with the very messages the types come from.
  return { ...messages, ...rest } as unknown as Method
}

/** Runs a method: bytes to bytes. Faults of the message itself are thrown. */
export async function run(
  { request, response, attributes, handle }: Method,
  input: Uint8Array,
  context: { readonly provider: Provider; readonly session: PluginSession; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { provider, session } = context
  const decoded = decodeMessage(request, input)
  const reported: Diagnostic[] = []
  const scene = makeScene(context, (diagnostics) => void reported.push(...diagnostics))
  let answer: { readonly [name: string]: unknown } = {}
  try {
    answer = await handle(decoded, scene)
  } catch (error) {
    scene.fail(error)
  }
  reported.push(...session.takeWarnings())
  const diagnostics = toWire(reported, attributes?.(provider, decoded) ?? {})
  return encodeMessage(response, { ...answer, diagnostics } as Encodable<typeof response>)
}

/** What a method is handed, for one call of it. */
export function makeScene(
  {
    provider,
    session,
    signal,
  }: { readonly provider: Provider; readonly session: PluginSession; readonly signal: AbortSignal },
  report: Scene['report'],
): Scene {
  const looking = AbortSignal.any([session.stopping, signal])
  const warn = (summary: string, detail: string) => {
    const severity: Severity = 'warning'
    report([{ severity, summary, detail }])
  }
  return {
    provider,
    session,
    reading: { signal: looking, warn, poll: makePoll(looking, session.clock) },
    writing: { signal: session.cutOff, warn, poll: makePoll(session.stopping, session.clock) },
    report,
    fail(error) {
      const expected =
        error instanceof DiagnosticError || (error instanceof Error && error.name === 'AbortError')
      if (!expected && error instanceof Error) session.log(error)
      report(toDiagnostics(error))
    },
  }
}

/** The kind of a type name. Throws a diagnostic with a suggestion. */
export function getKind<T>(kinds: { readonly [type: string]: T } | undefined, type: string, word: string): T {
  const found = kinds !== undefined && Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (found !== undefined) return found
  return fail(
    `Unknown ${word} type`,
    `This provider has no ${word} "${type}".${didYouMean(type, Object.keys(kinds ?? {}))}`,
  )
}

/** The attributes of a kind if there is one, for paths. */
export function attributesOf(
  kinds: { readonly [type: string]: { readonly schema: Schema } } | undefined,
  type: string,
): Attributes | undefined {
  return kinds !== undefined && Object.hasOwn(kinds, type) ? kinds[type]?.schema.attributes : undefined
}

type WireValue = Decoded<typeof dynamicValue> | undefined

/** Reads an object that may be absent. */
export function readValue(schema: Schema, value: WireValue): ObjectValue | undefined {
  if (value === undefined || value.msgpack.length === 0) return undefined
  return decodeObject(schema.attributes, value.msgpack)
}

/** Reads an object that must be there. */
export function readWhole(schema: Schema, value: WireValue): ObjectValue {
  const object = readValue(schema, value)
  if (object === undefined) throw new RangeError('the host left out an object that it has to send')
  return object
}

/** The identity of an object, as far as it has one by now. */
export function writeIdentity(
  resource: Resource,
  object: ObjectValue | null | undefined,
): { readonly data: Encodable<typeof dynamicValue> } | undefined {
  const identity = object ? identityValue(resource, object) : undefined
  const attributes = identityAttributes(resource)
  return identity && attributes && { data: { msgpack: encodeObject(attributes, identity) } }
}

/** An object, or null for none, as messages carry it. */
export function writeValue(schema: Schema, value: ObjectValue | null): Encodable<typeof dynamicValue> {
  return { msgpack: encodeObject(schema.attributes, value) }
}
