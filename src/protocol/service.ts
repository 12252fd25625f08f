// Every method by its path, for one connection.
import type { Provider } from '../provider/provider.ts'
import { GrpcError, Status } from './grpc.ts'
import { type Method, run } from './method.ts'
import { applyResourceChange } from './methods-apply.ts'
import {
  configureProvider,
  validateDataConfig,
  validateEphemeralConfig,
  validateProviderConfig,
  validateResourceConfig,
} from './methods-config.ts'
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from './methods-ephemeral.ts'
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

/** By name in `tfplugin6.Provider`, protocol 6.8. Newer ones are unknown, which hosts accept. */
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
}

export interface ServiceOptions extends SessionOptions {
  readonly provider: Provider
}

/** One connection, as far as the provider is concerned. */
export interface Conversation {
  /** Carries out a method. Throws GrpcError when there is none of that name. */
  call(name: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
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
    close: async () => await session.close(),
  }
}
