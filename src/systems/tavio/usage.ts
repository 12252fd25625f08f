// Counts what a connection asks of the service.
import type { Usage } from '../../provider/provider.ts'
import { type RouteKey, routeOf } from './routes.ts'

export interface UsageCount {
  readonly called: (key: RouteKey) => void
  readonly signedIn: () => void
  readonly now: () => Usage
}

/** `retries` is counted elsewhere, and asked for. */
export function makeUsage(retries: () => number): UsageCount {
  const counts = { reads: 0, lists: 0, writes: 0, signIns: 0 }
  return {
    called: (key) => {
      if (routeOf(key).writes) counts.writes += 1
      else if (key.startsWith('list')) counts.lists += 1
      else counts.reads += 1
    },
    signedIn: () => {
      counts.signIns += 1
    },
    now: () => ({ ...counts, retries: retries() }),
  }
}
