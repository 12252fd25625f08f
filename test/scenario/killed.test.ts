// A run is killed while the hub handles one of its writes. The next run goes on without a person.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { localBackend } from '../../src/state/local/backend.ts'
import { type Blocks, changed, customer, document } from '../support/customer.ts'
import { actions } from '../support/engine.ts'
import { type HubBench, type HubOptions, settingsOf, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, undisturbed, untilStill, warningsOf } from './ends.ts'

/** Ends a run over `blocks` when a call has met its fault. */
type Kill = (bench: HubBench, blocks: Blocks, fired: () => boolean) => Promise<void>

/** Takes what is on disk at that moment for what the next run finds. Whatever the run does afterwards is forgotten. */
const killInside: Kill = async (bench, blocks, fired) => {
  const abort = new AbortController()
  let ended = false
  const run = bench.apply(document(blocks), { abort: abort.signal, interrupt: abort.signal }).finally(() => {
    ended = true
  })
  while (!fired() && !ended) await setImmediate()
  const left = { ...bench.store, holder: undefined }
  abort.abort()
  await run
  Object.assign(bench.store, left)
  bench.events.length = 0
}

/** Kills a process. */
const killProcess =
  (directory: string): Kill =>
  async (bench, blocks, fired) => {
    const child = start(bench, directory, blocks)
    const ended = once(child, 'exit')
    while (!fired() && child.exitCode === null) await setImmediate()
    child.kill('SIGKILL')
    const [, signal] = (await ended) as [number | null, string | null]
    expect(signal, 'the run was killed, and had not ended').toBe('SIGKILL')
  }

function start({ hub }: HubBench, directory: string, blocks: Blocks): ChildProcess {
  const config = join(directory, 'config.json')
  writeFileSync(config, JSON.stringify(document(blocks)))
  const script = join(import.meta.dirname, 'run-apply.ts')
  return spawn(process.execPath, [script, join(directory, 'hub.tfstate'), config], {
    env: { PATH: process.env['PATH'], ...settingsOf(hub, 'client') },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

interface Story {
  /** Applied before, undisturbed. */
  readonly before?: Blocks
  readonly after: Blocks
  readonly fault: object
  readonly kill: Kill
}

/** Goes through it: a run that is killed, and one that goes on. */
async function tell(bench: HubBench, { before, after, fault, kill }: Story): Promise<void> {
  if (before !== undefined) await bench.apply(document(before))
  const { id } = bench.hub.faults.add({ times: 1_000, ...fault })
  const fired = () => bench.hub.faults.list().some((one) => one.id === id && one.fired > 0)
  await kill(bench, after, fired)
  expect(fired()).toBe(true)
  // What is under way in the hub comes to its end, though nobody waits for it.
  while (bench.hub.stats.report().running > 0) await setImmediate()
  bench.hub.faults.clear()
  const next = await bench.apply(document(after))
  expect(errorsOf(next.diagnostics)).toBe('')
  await untilStill(bench, document(after))
}

async function withHub(options: HubOptions, task: (bench: HubBench) => Promise<void>): Promise<void> {
  const bench = await startHub(options)
  await task(bench).finally(() => bench.close())
}

const creates = [
  'createEnvironment',
  'createUser',
  'grantOrganizationAccess',
  'grantEnvironmentAccess',
  'createConfiguration',
  'createDeployment',
] as const

const changes = [
  { route: 'updateEnvironment', type: 'tavio_environment', change: { name: 'New' } },
  { route: 'updateUser', type: 'tavio_user', change: { first_name: 'Augusta' } },
  { route: 'updateConfiguration', type: 'tavio_configuration', change: { secret_values: { apiKey: 'n3w' } } },
  { route: 'updateDeployment', type: 'tavio_deployment', change: { name: 'other' } },
  { route: 'disableDeployment', type: 'tavio_deployment', change: { enabled: false } },
] as const

const removals = [
  'disableDeployment',
  'deleteDeployment',
  'deleteConfiguration',
  'revokeEnvironmentAccess',
  'revokeOrganizationAccess',
  'deleteUser',
  'deleteEnvironment',
] as const

const moments = [
  { moment: 'before the hub did it', fault: { drop: 'before', delayMs: 20 } },
  { moment: 'after the hub did it, before it answered', fault: { drop: 'after' } },
  { moment: 'while the hub takes its time, and does it later', fault: { delayMs: 20 } },
] as const

// What was made must be seen to be found: configurations that nobody can look at are left out.
const seen = { readConfigurations: true } as const
const services = [
  {
    service: 'a service that shows late what is new or gone',
    options: { switches: { deletes: true, deleteLag: 2, readLag: 2 } },
  },
  { service: 'the flipped service', options: { profile: 'flipped', switches: seen } },
] as const

/** Where enabling is no call of its own, it is the update of the deployment. */
function routeAt(bench: HubBench, route: string): string {
  const { enableShape } = bench.hub.tavio.switches()
  return route === 'disableDeployment' && enableShape === 'patch' ? 'updateDeployment' : route
}

describe.each(services)('a run that is killed, on $service', ({ options }) => {
  let like: unknown
  beforeAll(async () => {
    like = await undisturbed(({ hub }) => customer(hub, 'acme'), options)
  })

  it.each(creates.flatMap((route) => moments.map((moment) => ({ route, ...moment }))))(
    '$route: $moment',
    async ({ route, fault }) => {
      await withHub(options, async (bench) => {
        const after = customer(bench.hub, 'acme')
        await tell(bench, { after, fault: { route: routeAt(bench, route), ...fault }, kill: killInside })
        await expectEnd(bench, document(after), like)
      })
    },
  )

  it.each(changes.flatMap((one) => moments.map((moment) => ({ ...one, ...moment }))))(
    '$route: $moment',
    async ({ route, type, change, fault }) => {
      await withHub(options, async (bench) => {
        const before = customer(bench.hub, 'acme')
        const after = changed(before, type, 'acme', change)
        await tell(bench, {
          before,
          after,
          fault: { route: routeAt(bench, route), ...fault },
          kill: killInside,
        })
        await expectEnd(bench, document(after))
      })
    },
  )

  it.each(removals.flatMap((route) => moments.map((moment) => ({ route, ...moment }))))(
    'at the end of a customer, $route: $moment',
    async ({ route, fault }) => {
      await withHub(options, async (bench) => {
        // What cannot be deleted at all is no story of deleting.
        const before = changed(customer(bench.hub, 'acme'), 'tavio_user', 'acme', { on_destroy: 'delete' })
        if (/delete(User|Deployment|Configuration)/.test(route) && !bench.hub.tavio.switches().deletes) return
        await tell(bench, {
          before,
          after: {},
          fault: { route: routeAt(bench, route), ...fault },
          kill: killInside,
        })
        const { environments, memberships, deployments } = bench.hub.tavio.tables
        expect(environments.all().filter((one) => one.status !== 'DELETED')).toEqual([])
        expect(memberships.size + deployments.size).toBe(0)
        expect(actions(await bench.plan({}))).toEqual([])
        expect(warningsOf(bench)).not.toContain('Outcome')
      })
    },
  )
})

describe('a process that is killed', () => {
  const cases = [
    { route: 'createUser', fault: moments[1].fault },
    { route: 'createConfiguration', fault: moments[0].fault },
    { route: 'createDeployment', fault: moments[2].fault },
  ] as const

  it.each(cases)('at $route leaves what the next one needs in its files', async ({ route, fault }) => {
    const directory = mkdtempSync(join(tmpdir(), 'hubform-killed-'))
    const backend = () => localBackend({ path: join(directory, 'hub.tfstate') })
    try {
      await withHub({ backend }, async (bench) => {
        const after = customer(bench.hub, 'acme')
        await tell(bench, { after, fault: { route, ...fault }, kill: killProcess(directory) })
        await expectEnd(bench, document(after), await undisturbed(({ hub }) => customer(hub, 'acme')))
      })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
