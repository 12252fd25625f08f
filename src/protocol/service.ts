// Every method by its path, for one connection.
import type { Provider } from '../provider/provider.ts'
import { GrpcError, Status } from './grpc.ts'
import { type Method, run } from './method.ts'
import { applyResourceChange } from './methods-apply.ts'
import {
  configureProvider,
  validateDataConfig,
  validateEphemeralConfig,
  validateListConfig,
  validateProviderConfig,
  validateResourceConfig,
} from './methods-config.ts'
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from './methods-ephemeral.ts'
import { getResourceIdentitySchemas, upgradeResourceIdentity } from './methods-identity.ts'
import { listResource } from './methods-list.ts'
import { planResourceChange } from './methods-plan.ts'
import {
  callFunction,
  getFunctions,
  getMetadata,
  getProviderSchema,
  stopProvider,
} from './methods-provider.ts'
import {
  importResourceState,
  moveResourceState,
  readDataSource,
  readResource,
  upgradeResourceState,
} from './methods-read.ts'
import { PluginSession, type SessionOptions } from './session.ts'
import { runStreaming, type StreamingMethod } from './streaming.ts'

/** By name in `tfplugin6.Provider`. What is not here is unknown, which hosts accept. */
const methods: { readonly [name: string]: Method } = {
  GetMetadata: getMetadata,
  GetProviderSchema: getProviderSchema,
  ValidateProviderConfig: validateProviderConfig,
  ValidateResourceConfig: validateResourceConfig,
  ValidateDataResourceConfig: validateDataConfig,
  UpgradeResourceState: upgradeResourceState,
  ConfigureProvider: configureProvider,
  ReadResource: readResource,
  PlanResourceChange: planResourceChange,
  ApplyResourceChange: applyResourceChange,
  ImportResourceState: importResourceState,
  MoveResourceState: moveResourceState,
  ReadDataSource: readDataSource,
  ValidateEphemeralResourceConfig: validateEphemeralConfig,
  OpenEphemeralResource: openEphemeralResource,
  RenewEphemeralResource: renewEphemeralResource,
  CloseEphemeralResource: closeEphemeralResource,
  GetFunctions: getFunctions,
  CallFunction: callFunction,
  StopProvider: stopProvider,
  GetResourceIdentitySchemas: getResourceIdentitySchemas,
  UpgradeResourceIdentity: upgradeResourceIdentity,
  ValidateListResourceConfig: validateListConfig,
}

const streamingMethods: { readonly [name: string]: StreamingMethod } = { ListResource: listResource }

export interface ServiceOptions extends SessionOptions {
  readonly provider: Provider
}

/** One connection, as far as the provider is concerned. */
export interface Conversation {
  /** Carries out a method. Throws GrpcError when there is none of that name. */
  call(name: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
  /** Carries out a method that answers with a stream. Throws GrpcError when there is none of that name. */
  stream(name: string, request: Uint8Array, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Ends everything that is under way. */
  close(): Promise<void>
}

/** Starts a conversation about one provider. What is configured in it stays in it. */
export function converse({ provider, ...options }: ServiceOptions): Conversation {
  const session = new PluginSession(options)
  return {
    async call(name, request, signal) {
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined
      if (method === undefined) throw new GrpcError(Status.unimplemented, `unknown method ${name}`)
      return await run(method, request, { provider, session, signal })
    },
    stream(name, request, signal) {
      const method = Object.hasOwn(streamingMethods, name) ? streamingMethods[name] : undefined
      if (method === undefined) throw new GrpcError(Status.unimplemented, `unknown method ${name}`)
      return runStreaming(method, request, { provider, session, signal })
    },
    close: async () => await session.close(),
  }
}
