// Methods that answer with a stream of messages, of which each has diagnostics of its own.
import type { Diagnostic } from '../diagnostics.ts'
import type { Provider } from '../provider/provider.ts'
import type { Attributes } from '../schema/attribute.ts'
import { toWire } from './diagnostic.ts'
import { makeScene, type Scene } from './method.ts'
import type { PluginSession } from './session.ts'
import type { Decoded, Encodable, Fields, Message } from './wire.ts'
import { decodeMessage } from './wire-decode.ts'
import { encodeMessage } from './wire-encode.ts'

/** A method by its messages. What it throws becomes the last message of the stream. */
export interface StreamingMethod<Q extends Fields = Fields, R extends Fields = Fields> {
  readonly request: Message<Q>
  readonly response: Message<R>
  readonly attributes: (provider: Provider, request: Decoded<Message<Q>>) => Attributes | undefined
  readonly handle: (request: Decoded<Message<Q>>, scene: Scene) => AsyncIterable<Encodable<Message<R>>>
}

/** Gives a method its types from its messages, and forgets them again for the table. */
export function streaming<Q extends Fields, R extends Fields>(
  messages: { readonly request: Message<Q>; readonly response: Message<R> },
  rest: Omit<StreamingMethod<Q, R>, 'request' | 'response'>,
): StreamingMethod {
  // As for methods that answer once.
  return { ...messages, ...rest } as unknown as StreamingMethod
}

/** Runs a method: bytes to a stream of bytes. Faults of the request itself are thrown. */
export async function* runStreaming(
  { request, response, attributes, handle }: StreamingMethod,
  input: Uint8Array,
  context: { readonly provider: Provider; readonly session: PluginSession; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const { provider, session } = context
  const decoded = decodeMessage(request, input)
  const reported: Diagnostic[] = []
  const scene = makeScene(context, (diagnostics) => void reported.push(...diagnostics))
  const encode = (message: { readonly [name: string]: unknown }) => {
    const found = [...reported.splice(0), ...session.takeWarnings()]
    const diagnostics = toWire(found, attributes(provider, decoded) ?? {})
    return encodeMessage(response, { ...message, diagnostics } as Encodable<typeof response>)
  }
  try {
    for await (const message of handle(decoded, scene)) yield encode(message)
  } catch (error) {
    scene.fail(error)
  }
  // What is left to say has no object to go with.
  if (reported.length > 0) yield encode({})
}
