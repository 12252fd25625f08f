// Where objects and data of one run come from: the kind, and a client that is connected.
import type { DataSource } from '../provider/resource.ts'
import type { RunOptions } from './api.ts'
import { type Connections, getDataSource, getProvider, getResource } from './connect.ts'
import { providerKey } from './graph.ts'
import type { Source } from './live.ts'
import type { PlannedProviders } from './plan-providers.ts'

type ProviderName = { readonly name: string; readonly alias?: string | undefined }

export interface Sources {
  /** Throws a diagnostic when there is no such type, or its provider cannot be configured. */
  resource(provider: ProviderName, type: string): Omit<Source, 'call'>
  data(
    provider: ProviderName,
    type: string,
  ): Omit<Source, 'call' | 'resource'> & { readonly source: DataSource }
}

export function makeSources(
  available: RunOptions['providers'],
  providers: PlannedProviders,
  connections: Connections,
): Sources {
  const known = new Map<string, Omit<Source, 'call'>>()
  const connect = (name: ProviderName) => {
    const key = providerKey(name)
    const planned = providers.get(name)
    const provider = getProvider(available, planned.source)
    return { provider, providerKey: key, client: () => connections.client(key, planned) }
  }
  return {
    resource(name, type) {
      const id = `${providerKey(name)} ${type}`
      const before = known.get(id)
      if (before !== undefined) return before
      const { provider, providerKey: key, client } = connect(name)
      const resource = getResource(provider, type)
      const source = { resource, providerKey: key, client: client(), forget: () => connections.forget(key) }
      known.set(id, source)
      return source
    },
    data(name, type) {
      const { provider, providerKey: key, client } = connect(name)
      const forget = () => connections.forget(key)
      return { source: getDataSource(provider, type), providerKey: key, client: client(), forget }
    },
  }
}
