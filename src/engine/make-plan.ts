// From configuration, state and what is, to a plan. Sends nothing that could change anything.
import { findAddress, formatAddress, formatBlock } from '../address.ts'
import { type Diagnostic, hasErrors } from '../diagnostics.ts'
import type { Intent } from '../state/journal.ts'
import { recordKey } from '../state/state.ts'
import type { PlanRequest, PlanResult, RunOptions } from './api.ts'
import { assemble } from './assemble.ts'
import { toDiagnostics } from './call.ts'
import { makeConnections } from './connect.ts'
import { buildGraph } from './graph.ts'
import type { PlannedInstance } from './instance.ts'
import { makeLimit } from './limit.ts'
import { makeLive } from './live.ts'
import { checkMovedInstances, checkMovedTargets, moveToNewKeys, targetsAfter } from './moves.ts'
import { changesSettled, openIntents } from './open-intents.ts'
import { makeBlockPlanner } from './plan-block.ts'
import { makeConditions } from './plan-conditions.ts'
import { planOutputs } from './plan-outputs.ts'
import { makeProviders } from './plan-providers.ts'
import { planRemovals } from './plan-removals.ts'
import { makeScope } from './scope.ts'
import { AT_ONCE } from './settle-all.ts'
import { makeSources } from './sources.ts'
import { survey } from './survey.ts'
import { canonical, checkAddresses, checkInstances, checkManaged, makeTargets } from './targets.ts'
import { findTwins } from './twins.ts'
import { makeValues } from './values.ts'
import { walk } from './walk.ts'

/**
 * Plans everything the request asks for.
 *
 * Never throws for what users or services do wrong: that is in the diagnostics, all of it, each problem once.
 * References must have been checked before.
 */
export async function makePlan(asked: PlanRequest): Promise<PlanResult> {
  const { state, moves, warnings: kept } = moveToNewKeys(asked.config, asked.state)
  const request: PlanRequest = {
    ...asked,
    state,
    targets: targetsAfter(moves, asked.targets.map(canonical), asked.config),
  }
  const { config, world } = request
  const graph = buildGraph(config)
  const connections = makeConnections(request, 'read')
  const diagnostics: Diagnostic[] = []
  const warnings: Diagnostic[] = [...kept]
  const told = new Set<string>()
  // What stops several blocks, such as a provider, is told once.
  const keep = (found: readonly Diagnostic[]): boolean => {
    for (const one of found) {
      const text = JSON.stringify(one)
      if (told.has(text)) continue
      told.add(text)
      diagnostics.push(one)
    }
    return !hasErrors(found)
  }
  // Warnings that resources give while planning belong to the plan, not to its progress.
  const run: RunOptions = {
    ...request,
    onEvent: (event) => (event.kind === 'warning' ? warnings.push(event.diagnostic) : request.onEvent(event)),
  }
  try {
    const { targets, problems } = makeTargets(request.targets, graph, config, state, request.mode)
    diagnostics.push(
      ...problems,
      ...checkAddresses('--replace', request.replace, config, state),
      ...checkManaged('--replace', request.replace),
    )
    diagnostics.push(...checkMovedTargets(moves, asked.targets.map(canonical)))
    if (hasErrors(diagnostics)) return { plan: undefined, diagnostics }

    const values = makeValues(request.providers)
    const path = { module: '.', root: '.', cwd: world.cwd }
    const scope = makeScope({
      variables: Object.fromEntries(request.variables),
      locals: (name) => config.locals.get(name)?.body.expression,
      values,
      path,
      directory: config.directory,
      workspace: request.workspace ?? 'default',
      readFile: world.readFile,
    })
    const providers = makeProviders(config, { ...run, state }, scope)
    const sources = makeSources(request.providers, providers, connections)
    const { population, owners } = survey(state.records.values(), request.providers, providers)
    const limit = makeLimit(request.parallelism, request.interrupt)
    const live = makeLive(limit, population)
    const intents = openIntents({ ...request, ...run }, live, (type, id) => owners.has(`${type} ${id}`))
    const instances: PlannedInstance[] = []
    const byBlock = new Map<string, PlannedInstance[]>()
    const add = (instance: PlannedInstance) => {
      instances.push(instance)
      const block = formatBlock(instance.address)
      const list = byBlock.get(block)
      if (list) list.push(instance)
      else byBlock.set(block, [instance])
      const done = instances.length
      const total = Math.max(done, config.resources.size)
      request.onEvent({
        kind: 'planned',
        done,
        total,
        refreshed: request.refresh ? refreshedOf(instance) : undefined,
      })
    }
    const conditions = makeConditions(config, request.mode)
    const shared = { request: { ...request, ...run }, sources, live, intents, conditions, targets, add }
    const planner = makeBlockPlanner({ ...shared, graph, scope, values, limit, owners, byBlock })

    const isPartial = request.mode !== 'normal' || request.targets.length > 0
    await walk({
      nodes: graph.nodes,
      parallelism: AT_ONCE,
      stop: request.interrupt,
      skip: () => {},
      visit: (node) => {
        if (node.kind === 'resource') return planner.planBlock(node.block).then((found) => keep(found))
        // What only a part of a run might need is settled when that part does.
        if (isPartial) return true
        const { place } = node.kind === 'local' ? node.local : node.block
        try {
          // A local value that nothing refers to has to make sense all the same.
          if (node.kind === 'local') scope.local(node.local.name)
          else providers.settle(node.block)
          return true
        } catch (error) {
          return keep(toDiagnostics(error, place))
        }
      },
    })
    const removals = await planRemovals({ ...shared, providers, planner, moves })
    keep(removals.diagnostics)
    keep(checkMovedInstances(config, planner.wanted))
    diagnostics.push(...findTwins(instances, request.providers, providers.all))
    if (!hasErrors(diagnostics)) {
      const recorded = new Set([...state.records.values()].map(({ address }) => formatAddress(address)))
      const isThere = (address: string) => planner.wanted.has(address) || recorded.has(address)
      const keyed = request.targets.filter((text) => findAddress(text)?.key !== undefined)
      diagnostics.push(...checkInstances('--target', keyed, isThere))
      if (request.mode === 'normal')
        diagnostics.push(...checkInstances('--replace', request.replace, (text) => planner.wanted.has(text)))
    }
    if (request.interrupt.aborted) {
      // Everything that was waiting says that it was stopped; once is enough.
      const others = diagnostics.filter(({ summary }) => summary !== interrupted.summary)
      return { plan: undefined, diagnostics: [...others, interrupted, ...warnings] }
    }
    if (hasErrors(diagnostics)) return { plan: undefined, diagnostics: [...diagnostics, ...warnings] }

    const wanted = (name: string) => {
      if (request.targets.length === 0) return true
      const output = config.outputs.get(name)
      const needs = output === undefined ? [] : [...graph.dependenciesOf([output.body.expression])]
      // With targets, an output is looked at if it can be told from them alone.
      if (request.mode === 'destroy') return needs.some(targets.block)
      return needs.length > 0 && needs.every(targets.whole)
    }
    const outputs = planOutputs({ config, state, scope, mode: request.mode, wanted, conditions })
    diagnostics.push(...outputs.diagnostics)
    if (hasErrors(diagnostics)) return { plan: undefined, diagnostics: [...diagnostics, ...warnings] }
    for (const { name, asserts, place } of config.checks?.values() ?? []) {
      const address = `check.${name}`
      diagnostics.push(
        ...conditions.look({ address, object: address, kind: 'assert', conditions: asserts, scope, place }),
      )
    }
    if (hasErrors(diagnostics)) return { plan: undefined, diagnostics: [...diagnostics, ...warnings] }
    const seen = new Set(instances.map(recordKey))
    // A call whose object was read, or is not recorded any more, has nothing left to find out.
    const hasRead = ({ key }: Intent) => request.refresh && (seen.has(key) || !state.records.has(key))
    const plan = assemble({
      request,
      graph,
      providers,
      dropped: removals.dropped,
      instances,
      outputs: outputs.outputs,
      conditions,
      moves,
      path,
    })
    return {
      plan: {
        ...plan,
        warnings: [...diagnostics, ...warnings, ...changesSettled(request.openIntents, instances, hasRead)],
        usage: connections.usage(),
        settled: intents.settled(hasRead, (key) => planner.wanted.has(key)),
      },
      diagnostics,
    }
  } finally {
    await connections.close()
  }
}

const interrupted: Diagnostic = {
  severity: 'error',
  summary: 'Interrupted',
  detail: 'Planning was stopped before it ended. Nothing was changed.',
}

function refreshedOf({ address, recorded }: PlannedInstance) {
  return recorded && { address, id: typeof recorded['id'] === 'string' ? recorded['id'] : undefined }
}
