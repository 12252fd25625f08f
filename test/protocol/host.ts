// The fake provider behind the protocol, and a host that knows its schema.
import * as messages from '../../src/protocol/messages.ts'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import { decodeObject, encodeObject } from '../../src/protocol/value-codec.ts'
import type { Decoded } from '../../src/protocol/wire.ts'
import type { PollClock } from '../../src/provider/poll.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Attributes } from '../../src/schema/attribute.ts'
import type { ObjectValue } from '../../src/schema/value.ts'
import { type Host, openHost } from './grpc-client.ts'

export type Problem = Decoded<typeof messages.diagnostic>

/** One connection, with values instead of bytes. */
export interface Caller {
  readonly host: Host
  configure(settings?: ObjectValue): Promise<readonly Problem[]>
  validate(
    type: string,
    config: ObjectValue,
    options?: { readonly writeOnly?: boolean },
  ): Promise<readonly Problem[]>
  plan(
    type: string,
    prior: ObjectValue | null,
    config: ObjectValue | null,
  ): Promise<{
    readonly planned: ObjectValue | undefined
    readonly replace: readonly (readonly unknown[])[]
    readonly diagnostics: readonly Problem[]
    readonly private: string
  }>
  apply(
    type: string,
    prior: ObjectValue | null,
    planned: ObjectValue | null,
    config: ObjectValue | null,
  ): Promise<{
    readonly state: ObjectValue | undefined
    readonly diagnostics: readonly Problem[]
    readonly private: string
  }>
  read(
    type: string,
    state: ObjectValue,
  ): Promise<{ readonly state: ObjectValue | undefined; readonly diagnostics: readonly Problem[] }>
}

export interface Stand {
  readonly served: Served
  caller(): Caller
  close(): Promise<void>
}

/** Serves a provider and lets hosts connect. */
export async function stand(
  provider: Provider,
  options: {
    readonly env?: { readonly [name: string]: string }
    readonly clock?: PollClock
    readonly graceMs?: number
  } = {},
): Promise<Stand> {
  const served = await serveProvider(provider, { env: {}, ...options })
  const hosts: Host[] = []
  return {
    served,
    caller() {
      const host = openHost(served.address)
      hosts.push(host)
      return makeCaller(provider, host)
    },
    async close() {
      await Promise.all(hosts.map((host) => host.close()))
      await served.close()
    },
  }
}

const note = Buffer.from('{"kept":"by the host"}')

function makeCaller(provider: Provider, host: Host): Caller {
  const attributes = (type: string): Attributes => provider.resources[type]?.schema.attributes ?? {}
  const encode = (type: string, value: ObjectValue | null) => ({
    msgpack: encodeObject(attributes(type), value),
  })
  const decode = (type: string, value: { readonly msgpack: Uint8Array } | undefined) =>
    value === undefined || value.msgpack.length === 0
      ? undefined
      : decodeObject(attributes(type), value.msgpack)
  return {
    host,
    async configure(settings = {}) {
      const config = { msgpack: encodeObject(provider.schema.attributes, settings) }
      return (await host.call('ConfigureProvider', messages.configureProvider, { config })).diagnostics
    },
    async validate(type, config, { writeOnly = true } = {}) {
      const request = { typeName: type, config: encode(type, config), capabilities: { writeOnly } }
      return (await host.call('ValidateResourceConfig', messages.validateConfig, request)).diagnostics
    },
    async plan(type, prior, config) {
      const answer = await host.call('PlanResourceChange', messages.planResourceChange, {
        typeName: type,
        priorState: encode(type, prior),
        proposedNewState: encode(type, config),
        config: encode(type, config),
        priorPrivate: note,
      })
      return {
        planned: decode(type, answer.plannedState),
        replace: answer.requiresReplace.map(({ steps }) =>
          steps.map((step) => step.attribute ?? step.key ?? step.index),
        ),
        diagnostics: answer.diagnostics,
        private: Buffer.from(answer.plannedPrivate).toString(),
      }
    },
    async apply(type, prior, planned, config) {
      const answer = await host.call('ApplyResourceChange', messages.applyResourceChange, {
        typeName: type,
        priorState: encode(type, prior),
        plannedState: encode(type, planned),
        config: encode(type, config),
        plannedPrivate: note,
      })
      return {
        state: decode(type, answer.newState),
        diagnostics: answer.diagnostics,
        private: Buffer.from(answer.private).toString(),
      }
    },
    async read(type, state) {
      const request = { typeName: type, currentState: encode(type, state), private: note }
      const answer = await host.call('ReadResource', messages.readResource, request)
      return { state: decode(type, answer.newState), diagnostics: answer.diagnostics }
    },
  }
}
