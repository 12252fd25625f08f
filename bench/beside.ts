// Beside Terraform with our provider: the same fleets in the same hub.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { type Content, type Hub, startHub } from './emulated.ts'
import { type Engine, ours, terraform, type Verb, verbs } from './engines.ts'
import { fleet } from './fleet.ts'
import { alternate, type Cost, medianCost } from './measure.ts'
import { type Pair, printPairs } from './pairs.ts'

type Round = { readonly [verb in Verb]: Cost }

interface Setting {
  readonly name: string
  readonly size: number
  readonly latencyMs: number
  readonly state: 'local' | 'pg'
  /** Whether the service's lists tell all of each object; the strict hub's tell a part. */
  readonly lists?: 'full'
}

const titles: { readonly [verb in Verb]: string } = {
  plan: 'No-op plan beside Terraform. Aims: wall at least 10× at 1,000, memory at least 3×',
  apply: 'First apply beside Terraform. Aims: wall at least 5× with PostgreSQL, memory at least 3×',
  destroy: 'Destroy beside Terraform. Aim: memory at least 3×',
}

/** Measures plan, apply and destroy of fleets, for each size, latency and place of state. */
export async function besideCase(sizes: readonly number[], runs: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  const database = await startPostgres({ fsync: true })
  try {
    const hub = await startHub()
    try {
      const round = (setting: Setting, engine: Engine) => oneRound(setting, engine, hub, database.database)
      const rows = await compareAll(sizes, runs, terraform(directory), round)
      for (const verb of verbs) printPairs(titles[verb], rows[verb])
    } finally {
      await hub.stop()
    }
  } finally {
    await database.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function compareAll(
  sizes: readonly number[],
  runs: number,
  rival: Engine,
  round: (setting: Setting, engine: Engine) => Promise<Round>,
): Promise<{ readonly [verb in Verb]: readonly Pair[] }> {
  const usual = ours('ours')
  // From cold, the first of a kind pays for what all others find compiled.
  const cold: Setting = { name: 'cold', size: 5, latencyMs: 0, state: 'local' }
  for (const engine of [rival, usual]) await round(cold, engine)
  const rows: { readonly [verb in Verb]: Pair[] } = { plan: [], apply: [], destroy: [] }
  for (const setting of settingsFor(sizes)) {
    const engines = [rival, usual, ...(setting.latencyMs === 0 ? [] : [ours('ours, 10 at a time', TEN)])]
    const found = await alternate(
      setting.size >= 1000 ? 1 : runs,
      engines.map((engine) => [engine.name, () => round(setting, engine)] as const),
    )
    for (const verb of verbs) {
      const costOf = ({ name }: Engine) => medianCost((found.get(name) ?? []).map((one) => one[verb]))
      for (const engine of engines.slice(1)) {
        const name = engine === usual ? setting.name : `${setting.name}, 10 at a time`
        rows[verb].push({ name, theirs: costOf(rival), ours: costOf(engine) })
      }
    }
  }
  return rows
}

const TEN = ['--parallelism=10']

function settingsFor(sizes: readonly number[]): Setting[] {
  const places = { local: 'local', pg: 'PostgreSQL' } as const
  return sizes.flatMap((size) =>
    [0, 20].flatMap((latencyMs): Setting[] => [
      ...(['local', 'pg'] as const).map((state) => ({
        name: `${size}, ${latencyMs} ms, ${places[state]}`,
        size,
        latencyMs,
        state,
      })),
      {
        name: `${size}, ${latencyMs} ms, local, whole lists`,
        size,
        latencyMs,
        state: 'local',
        lists: 'full',
      },
    ]),
  )
}

/** Fills the empty hub, plans, and empties it again. Throws if it then holds anything else than with other engines. */
async function oneRound(
  { size, latencyMs, state, lists }: Setting,
  engine: Engine,
  hub: Hub,
  newDatabase: () => Promise<string>,
): Promise<Round> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  try {
    const backend = state === 'pg' ? { pg: { conn_str: await newDatabase() } } : undefined
    writeFileSync(join(directory, 'main.tf.json'), fleet({ size, backend }))
    const place = { directory, env: hub.env }
    await engine.prepare(place)
    await hub.reset()
    await hub.play({ listObjects: lists ?? 'partial' })
    await hub.set({ latencyMs })
    const measured = async (verb: Verb): Promise<Cost> => {
      await hub.forgetCalls()
      const cost = await engine.run(verb, place)
      return { ...cost, own: { calls: await hub.calls() } }
    }
    const before = await hub.content()
    const apply = await measured('apply')
    const filled = await hub.content()
    if (filled.objects - before.objects < size)
      throw new Error(`${engine.name} made ${filled.objects - before.objects} objects of ${size}`)
    sameAsOthers(`filled with ${size}`, filled, engine)
    const plan = await measured('plan')
    const destroy = await measured('destroy')
    // Users are blocked and not deleted, so some objects stay.
    sameAsOthers(`emptied of ${size}`, await hub.content(), engine)
    return { plan, apply, destroy }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const contents = new Map<string, string>()

/** Whoever fills or empties the hub, it must hold the same afterwards. */
function sameAsOthers(when: string, { text }: Content, { name }: Engine): void {
  if (text !== (contents.get(when) ?? text)) throw new Error(`a hub ${when} differs with ${name}`)
  contents.set(when, text)
}
