// Which module keeps which kind of place; loaded only when asked for.
import type { Environment, Store, StorePlace } from './store.ts'

/** Sets up a place. Throws diagnostics about its settings. */
export async function openStore(place: StorePlace, env: Environment): Promise<Store> {
  switch (place.kind) {
    case 'pg':
      return (await import('./postgres/store.ts')).pgStore(place, env)
    case 'http':
      return (await import('./http/store.ts')).httpStore(place, env)
    case 's3':
      return (await import('./s3/store.ts')).s3Store(place, env)
    default:
      return (await import('./local/store.ts')).localStore(place, env)
  }
}
