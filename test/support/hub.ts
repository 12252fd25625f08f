// The real provider against a running hub: everything is real but time.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts'
import type { StatsReport } from '../../src/emulator/stats.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { type Bench, type BenchOptions, bench } from './engine.ts'
import { type QuickClock, quickClock } from './quick-clock.ts'

export interface HubBench extends Bench {
  readonly hub: Emulator
  /** Client and hub live by it. */
  readonly clock: QuickClock
  /** What a task took of the hub, as the hub counted it. */
  calls<T>(task: () => Promise<T>): Promise<{ readonly result: T; readonly calls: StatsReport }>
  /** Empties hub and state. */
  reset(): void
  close(): Promise<void>
}

export interface HubOptions extends Omit<EmulatorOptions, 'clock'> {
  /** Default: as a client, which is what the provider prefers. */
  readonly as?: SignIn
  /** Over what the hub's own credentials say. */
  readonly env?: BenchOptions['env']
  readonly backend?: BenchOptions['backend']
}

export type SignIn = 'client' | 'user' | 'both'

const START = Date.parse('2030-01-01T00:00:00Z')

/** Starts a hub and a bench that signs in to it by environment variables. */
export async function startHub(options: HubOptions = {}): Promise<HubBench> {
  const clock = quickClock()
  const hub = await startEmulator({ ...options, clock: () => START + clock.now() })
  const made = bench(makeTavio(clock), {
    clock,
    env: { ...settingsOf(hub, options.as ?? 'client'), ...options.env },
    ...(options.backend === undefined ? {} : { backend: options.backend }),
  })
  return {
    ...made,
    hub,
    clock,
    async calls(task) {
      hub.stats.clear()
      const result = await task()
      return { result, calls: hub.stats.report() }
    },
    reset() {
      hub.reset()
      made.events.length = 0
      Object.assign(made.store, { text: undefined, backup: undefined, journal: undefined })
    },
    close: () => hub.close(),
  }
}

/** What a process needs in its environment to work against a hub. */
export function settingsOf({ ready }: Emulator, as: SignIn): Record<string, string> {
  return {
    TAVIO_BASE_URL: ready.systems.tavio,
    TAVIO_ORGANIZATION: ready.organization,
    TAVIO_FINGERPRINT_KEY: 'a key for tests',
    ...(as === 'user' ? {} : { TAVIO_CLIENT_ID: ready.client_id, TAVIO_CLIENT_SECRET: ready.client_secret }),
    ...(as === 'client' ? {} : { TAVIO_USERNAME: ready.username, TAVIO_PASSWORD: ready.password }),
    ...(ready.scope === undefined ? {} : { TAVIO_SCOPE: ready.scope }),
  }
}
