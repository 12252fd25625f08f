// The hub on which both engines act, one after the other, from the same scene.
import { type AnsweredCall, type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import type { Json } from '../support/engine.ts'
import { settingsOf } from '../support/hub.ts'
import { quickClock } from '../support/quick-clock.ts'
import type { Case, CaseStep } from './case.ts'
import { meddle } from './meddle.ts'

/** What a hub holds, as it can be put back. */
export type Scene = { readonly snapshot: unknown }

/** What an engine left of a scene. */
export interface HubEnd {
  readonly scene: Scene
  /** Writes that were answered well: `PUT /v1/northwind/environments/acme`. */
  readonly writes: readonly string[]
}

export interface Stage {
  readonly hub: Emulator
  /** What a process needs in its environment to work on the hub. */
  readonly settings: { readonly [name: string]: string }
  /** How Terraform reaches the provider. */
  readonly reattach: string
  /** For our engine: with a clock of its own. */
  provider(): Provider
  /** The hub as it is now. */
  scene(): Scene
  /** Puts a scene back; with a step, does to it what the step wants done behind the engines' backs. */
  set(scene: Scene, turn: number, step?: CaseStep): void
  /** From now on calls go wrong as the step says. */
  disturb(step: CaseStep): void
  /** What has become of it since `set`. */
  end(): HubEnd
  /** A configuration with the ids of solutions in it: `<solution Heartbeat>`. */
  written(config: Json): Json
  close(): Promise<void>
}

const START = Date.parse('2030-01-01T00:00:00Z')
const HOUR = 3_600_000

/** True if a step has to do with the hub. */
export function needsStage({ config }: CaseStep): boolean {
  return JSON.stringify(config).includes('tavio_')
}

/**
 * Starts a hub and serves the provider.
 *
 * An object gets the same id whichever engine makes it, and whatever was made before it; time passes from turn to turn
 * only. So what the engines leave can be compared to the letter.
 */
export async function openStage(switches: Case['hub'] = {}): Promise<Stage> {
  let turn = 0
  let made = new Map<string, number>()
  let writes: string[] = []
  const hub = await startEmulator({
    switches,
    clock: () => START + turn * HOUR,
    nameIds: (name) => {
      made.set(name, (made.get(name) ?? 0) + 1)
      return `${turn}/${name}/${made.get(name)}`
    },
    onCall: (call) => writes.push(...noted(call)),
  })
  const settings = settingsOf(hub, 'client')
  const served: Served = await serveProvider(makeTavio(quickClock()), { env: settings })
  const scene = () => ({ snapshot: hub.tavio.snapshot() })
  return {
    hub,
    settings,
    reattach: served.reattach,
    provider: () => makeTavio(quickClock()),
    scene,
    set({ snapshot }, at, step) {
      turn = at
      made = new Map()
      hub.faults.clear()
      hub.tavio.restore(snapshot)
      for (const meddling of step?.meddle ?? []) meddle(hub, meddling)
      writes = []
    },
    disturb({ faults = [] }) {
      for (const fault of faults) hub.faults.add(fault)
    },
    end: () => ({ scene: scene(), writes: [...writes] }),
    written(config) {
      const text = JSON.stringify(config).replaceAll(/<solution ([^>]+)>/g, (_match, name: string) => {
        const found = hub.tavio.tables.solutions.all().find((one) => one.name === name)
        if (found === undefined) throw new Error(`the hub has no solution ${name}`)
        return found.id
      })
      const terraform = { required_providers: { tavio: { source: 'hubform/tavio' } } }
      return { terraform, ...(JSON.parse(text) as Json) }
    },
    async close() {
      await served.close()
      await hub.close()
    },
  }
}

function noted({ method, path, writes, status }: AnsweredCall): string[] {
  return writes && status < 400 ? [`${method} ${path}`] : []
}
