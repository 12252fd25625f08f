// Looking: at objects, at data sources, and at what state of another time or place means.
import { fail } from '../diagnostics.ts'
import { findByImportId, readData, readObject } from '../provider/lifecycle.ts'
import { importIdOf } from '../provider/resource-identity.ts'
import * as messages from './messages.ts'
import { attributesOf, getKind, method, readWhole, writeIdentity, writeValue } from './method.ts'
import { readSent } from './methods-identity.ts'
import { upgradeState } from './stored-state.ts'

export const readResource = method(messages.readResource, {
  attributes: (provider, { typeName }) => attributesOf(provider.resources, typeName),
  async handle(request, { provider, session, reading }) {
    const resource = getKind(provider.resources, request.typeName, 'resource')
    const prior = readWhole(resource.schema, request.currentState)
    const found = await readObject({ ...reading, resource, client: session.lookUpClient(), prior })
    return {
      newState: writeValue(resource.schema, found ?? null),
      newIdentity: writeIdentity(resource, found),
      private: request.private,
    }
  },
})

export const readDataSource = method(messages.readDataSource, {
  attributes: (provider, { typeName }) => attributesOf(provider.dataSources, typeName),
  async handle(request, { provider, session, reading }) {
    const source = getKind(provider.dataSources, request.typeName, 'data source')
    const config = readWhole(source.schema, request.config)
    const found = await readData({ ...reading, source, client: session.lookUpClient(), config })
    return { state: writeValue(source.schema, found) }
  },
})

export const importResourceState = method(messages.importResourceState, {
  async handle({ typeName, id: typed, identity }, { provider, session, reading }) {
    const resource = getKind(provider.resources, typeName, 'resource')
    const id =
      typed === '' && identity !== undefined ? importIdOf(resource, readSent(resource, identity)) : typed
    const found = await findByImportId({ ...reading, resource, client: session.lookUpClient(), id })
    if (found === undefined)
      return fail(
        'Object to import not found',
        `There is no ${typeName} "${id}". Its import id is ${resource.importId ?? 'its id'}.`,
      )
    const state = writeValue(resource.schema, found)
    return { importedResources: [{ typeName, state, identity: writeIdentity(resource, found) }] }
  },
})

export const upgradeResourceState = method(messages.upgradeResourceState, {
  handle({ typeName, version, rawState }, { provider }) {
    const resource = getKind(provider.resources, typeName, 'resource')
    return { upgradedState: upgradeState(resource, version, rawState?.json ?? new Uint8Array()) }
  },
})

export const moveResourceState = method(messages.moveResourceState, {
  handle({ sourceType, sourceProvider, targetType }) {
    return fail(
      'Move between types refused',
      `A ${sourceType} of ${sourceProvider} cannot become a ${targetType}: they are different objects of the service. Remove the moved block; to keep the object unmanaged use a removed block, and import what the new one stands for.`,
    )
  },
})
