// One run that meets its point: who kills it, what goes wrong for it, and how it may end then.
import type { Gate } from '../../src/emulator/server.ts'
import type { Orders } from './hooks.ts'
import type { Point } from './points.ts'
import type { Ending, Run } from './runs.ts'
import type { StateGate } from './servers.ts'

export interface Scene {
  /** Starts the run of this case, which waits for a lock that it finds. */
  start(orders?: Partial<Orders>): Run
  /** Starts one that does not wait. */
  startAtOnce(): Run
  /** Who stands at the hub, and at the server that keeps the state, while it runs. */
  hubGate: Gate
  readonly stateGate: StateGate | undefined
}

export interface Met {
  readonly problems: readonly string[]
  /** False if the run came to its end without meeting the point. */
  readonly killed: boolean
}

/** Lets one run meet one point, and takes the gates away again. */
export async function meet(scene: Scene, point: Point): Promise<Met> {
  try {
    switch (point.kind) {
      case 'call':
        return await killAtCall(scene, point)
      case 'request':
        return point.when === 'cut' || point.when === 'lost' || point.when === 'refused'
          ? survived(await failAtRequest(scene, point.request, point.when))
          : await killAtRequest(scene, point.request, point.when)
      case 'write': {
        const { write, how } = point
        const ending = await scene.start({ trouble: { write, how } }).ended
        return how === 'full' || how === 'cut' ? survived(ending) : wasKilled(ending)
      }
      case 'clock': {
        const { code, text } = await scene.start({ clockJumps: point.seconds }).ended
        return unkilled(code === 0 ? [] : [`the run failed when its clock jumped: ${text}`])
      }
      default:
        return unkilled(await twoRuns(scene))
    }
  } finally {
    scene.hubGate = {}
    Object.assign(scene.stateGate ?? {}, { arrived: undefined, done: undefined, answered: undefined })
  }
}

async function killAtCall(scene: Scene, point: Point & { readonly kind: 'call' }): Promise<Met> {
  let calls = 0
  let run: Run | undefined
  const isIt = (when: typeof point.when) => calls === point.call && point.when === when
  const kill = async () => {
    await run?.kill()
    return true
  }
  scene.hubGate = {
    arrived() {
      calls += 1
      return isIt('arrived') ? kill() : false
    },
    done: () => (isIt('done') ? kill() : false),
    answered() {
      if (isIt('answered')) void kill()
    },
  }
  run = scene.start()
  return wasKilled(await run.ended)
}

async function killAtRequest(
  scene: Scene,
  request: number,
  when: 'arrived' | 'done' | 'answered',
): Promise<Met> {
  let requests = 0
  let run: Run | undefined
  const isIt = (moment: typeof when) => requests === request && when === moment
  const gate = stateGateOf(scene)
  gate.arrived = async () => {
    requests += 1
    if (!isIt('arrived')) return undefined
    await run?.kill()
    return 'cut before'
  }
  gate.done = () => (isIt('done') ? run?.kill() : undefined)
  gate.answered = () => {
    if (isIt('answered')) void run?.kill()
  }
  run = scene.start()
  return wasKilled(await run.ended)
}

function failAtRequest(scene: Scene, request: number, how: 'cut' | 'lost' | 'refused'): Promise<Ending> {
  let requests = 0
  stateGateOf(scene).arrived = () => {
    requests += 1
    if (how === 'refused') return requests >= request ? 503 : undefined
    if (requests !== request) return undefined
    return how === 'cut' ? 'cut before' : 'cut after'
  }
  return scene.start().ended
}

function stateGateOf({ stateGate }: Scene): StateGate {
  if (stateGate === undefined) throw new Error('nobody can stand at the requests to this place')
  return stateGate
}

async function twoRuns(scene: Scene): Promise<readonly string[]> {
  const both = await Promise.all([scene.startAtOnce().ended, scene.startAtOnce().ended])
  const worked = both.filter(({ code }) => code === 0)
  const refused = both.filter(({ code, text }) => code === 1 && text.includes('State is locked'))
  // The second may come when the first is done, and then finds nothing to do.
  return worked.length >= 1 && worked.length + refused.length === 2
    ? []
    : [`of two runs at once: ${both.map(({ code, text }) => `${code} ${text}`).join(' | ')}`]
}

function wasKilled({ signal, code, text }: Ending): Met {
  const killed = signal === 'SIGKILL'
  return {
    killed,
    problems: killed || code === 0 ? [] : [`the run ended with ${code} and was not killed: ${text}`],
  }
}

/** What went wrong is named, unless the run got over it. */
function survived({ code, signal, text }: Ending): Met {
  if (signal !== null) return unkilled([`the run died of ${signal} instead of saying what went wrong`])
  const named =
    /Disk is full|no room|not (saved|written|made|reachable)|Lock on state lost|server refused/.test(text)
  return unkilled(code === 0 || named ? [] : [`what went wrong is not named: ${text}`])
}

function unkilled(problems: readonly string[]): Met {
  return { problems, killed: false }
}
