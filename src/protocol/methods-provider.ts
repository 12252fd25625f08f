// What a provider is and has.
import * as messages from './messages.ts'
import { method } from './method.ts'
import { capabilities, describeProvider, listKinds } from './schema-answer.ts'

const names = (kinds: object | undefined) =>
  Object.keys(kinds ?? {})
    .sort()
    .map((typeName) => ({ typeName }))

export const getMetadata = method(messages.getMetadata, {
  handle: (_request, { provider }) => ({
    capabilities,
    resources: names(provider.resources),
    dataSources: names(provider.dataSources),
    ephemeralResources: names(provider.ephemeralResources),
    listResources: names(listKinds(provider)),
  }),
})

export const getProviderSchema = method(messages.getProviderSchema, {
  handle: (_request, { provider }) => describeProvider(provider),
})

export const getFunctions = method(messages.getFunctions, { handle: () => ({}) })

export const callFunction = method(messages.callFunction, {
  handle: ({ name }) => ({ error: { text: `This provider has no function "${name}".` } }),
})

export const stopProvider = method(messages.stopProvider, {
  handle(_request, { session }) {
    session.stop()
    return {}
  },
})
