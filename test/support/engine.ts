// Planning and applying Terraform JSON with one provider, the way the command line does.

import { formatAddress } from '../../src/address.ts'
import { checkReferences } from '../../src/config/check.ts'
import type { ConfigFile } from '../../src/config/disk.ts'
import { decodeConfig } from '../../src/config/load.ts'
import { resolveVariables } from '../../src/config/variables.ts'
import { type Diagnostic, hasErrors } from '../../src/diagnostics.ts'
import type { ApplyResult, PlanRequest, PlanResult, RunOptions } from '../../src/engine/api.ts'
import { applyPlan } from '../../src/engine/apply.ts'
import type { EngineEvent } from '../../src/engine/events.ts'
import { findForImport } from '../../src/engine/import.ts'
import { makePlan } from '../../src/engine/make-plan.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { PollClock } from '../../src/provider/poll.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Backend } from '../../src/state/backend.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { openSession, type Session } from '../../src/state/session.ts'

export type Json = { readonly [key: string]: unknown }

export interface Bench {
  plan(
    config: Json,
    options?: Partial<PlanRequest> & { vars?: readonly (string | ConfigFile)[] },
  ): Promise<PlanResult>
  /** Plans and applies; throws if planning fails. */
  apply(
    config: Json,
    options?: Partial<PlanRequest> & { vars?: readonly (string | ConfigFile)[] },
  ): Promise<ApplyResult & { plan: Plan }>
  applyPlan(plan: Plan, options?: Partial<RunOptions>): Promise<ApplyResult>
  /** Records an existing object; the diagnostics say why not. */
  import(config: Json, address: string, id: string): Promise<readonly Diagnostic[]>
  /** Opens a session as a new process would. */
  session(): Promise<Session>
  readonly store: ReturnType<typeof memoryStore>
  readonly events: EngineEvent[]
}

export interface BenchOptions {
  readonly env?: RunOptions['world']['env']
  readonly clock?: PollClock
  /** A new client of the place where state is kept, as each process has one. Default: memory. */
  readonly backend?: () => Backend
  /** Further providers, found by their source. */
  readonly others?: readonly Provider[]
}

const never = new AbortController().signal
const stillClock: PollClock = { now: () => 0, sleep: async () => {} }

/** Makes a bench over one provider; state lives in memory from call to call, unless another place is given. */
export function bench(provider: Provider, options: BenchOptions = {}): Bench {
  const store = memoryStore()
  const { backend = () => memoryBackend(store), others = [] } = options
  const events: EngineEvent[] = []
  let ids = 0
  const run: RunOptions = {
    providers: Object.fromEntries([provider, ...others].map((one) => [one.source, one])),
    world: {
      now: () => new Date('2030-01-01T00:00:00Z'),
      clock: options.clock ?? stillClock,
      randomHex: (digits) => String(++ids).padStart(digits, '0'),
      env: options.env ?? {},
      readFile: () => {
        throw new Error('no files here')
      },
      cwd: '/project',
    },
    parallelism: 10,
    interrupt: never,
    abort: never,
    onEvent: (event) => events.push(event),
  }
  const session = () =>
    openSession({
      backend: backend(),
      operation: 'OperationTypeApply',
      who: 'tester@here',
      version: '0.0.0',
      lockTimeoutMs: 0,
      clock: { now: run.world.now, monotonic: () => 0, sleep: async () => {} },
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
      signal: never,
    })

  const planWith = async (
    open: Session,
    config: Json,
    options: Parameters<Bench['plan']>[1] = {},
  ): Promise<PlanResult> => {
    const loaded = load(provider, config)
    const { values, problems } = resolveVariables({
      config: loaded,
      flags: options.vars ?? [],
      files: [],
      env: {},
    })
    const found = [...checkReferences(loaded), ...problems]
    if (hasErrors(found)) return { plan: undefined, diagnostics: found }
    return makePlan({
      ...run,
      config: loaded,
      variables: values,
      state: open.state,
      mode: 'normal',
      targets: [],
      replace: [],
      refresh: true,
      version: '0.0.0',
      openIntents: open.recovered?.openIntents ?? [],
      ...options,
    })
  }

  return {
    store,
    events,
    session,
    async plan(config, options) {
      const open = await session()
      try {
        return await planWith(open, config, options)
      } finally {
        await open.close()
      }
    },
    async apply(config, options) {
      const open = await session()
      try {
        const { plan, diagnostics } = await planWith(open, config, options)
        if (plan === undefined) throw new Error(`planning failed: ${text(diagnostics)}`)
        return { plan, ...(await applyPlan({ ...run, ...options, plan, recorder: open })) }
      } finally {
        await open.close()
      }
    },
    async applyPlan(plan, options = {}) {
      const open = await session()
      try {
        return await applyPlan({ ...run, ...options, plan, recorder: open })
      } finally {
        await open.close()
      }
    },
    async import(config, address, id) {
      const open = await session()
      try {
        const loaded = load(provider, config)
        const { values } = resolveVariables({ config: loaded, flags: [], files: [], env: {} })
        const { record, diagnostics } = await findForImport({
          ...run,
          config: loaded,
          variables: values,
          state: open.state,
          address,
          id,
        })
        if (record === undefined) return diagnostics
        await open.save({ ...open.state, records: new Map([...open.state.records, [address, record]]) })
        return diagnostics
      } finally {
        await open.close()
      }
    },
  }
}

function load({ name, source }: Provider, config: Json) {
  const declared = { terraform: { required_providers: { [name]: { source } } }, ...config }
  return decodeConfig('/project', [{ path: '/project/main.tf.json', text: JSON.stringify(declared) }])
}

/** `create fake_thing.a` for every change that is not a no-op, in order. */
export function actions(result: PlanResult | { plan: Plan }): string[] {
  const { plan } = result
  if (plan === undefined)
    throw new Error(`there is no plan: ${'diagnostics' in result ? text(result.diagnostics) : ''}`)
  return plan.changes
    .filter((change) => change.action !== 'no-op')
    .map((change) => `${change.action} ${formatAddress(change.address)}`)
}

/** All diagnostics as `Summary: detail`, a line each. */
export function text(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((one) => `${one.summary}: ${one.detail}`).join('\n')
}
