// Deployments: a solution made active for a customer. Their transitions are in transitions.ts.
import type { Answer } from '../system.ts'
import {
  bodyOf,
  type Call,
  created,
  type Handler,
  param,
  partialBodyOf,
  Refusal,
  removed,
  updated,
} from './call.ts'
import { listed } from './lists.ts'
import { type Deployment, type Solution, solutionInEnvironment, stamp } from './model.ts'
import { allowInEnvironment, environmentOf } from './permissions.ts'
import { begin, settled, toggled } from './transitions.ts'
import { findMissing } from './values.ts'
import { deploymentView, listedDeploymentView } from './views.ts'

export const listDeployments: Handler = (call) => {
  const envDomain = enter(call, 'read')
  const { tables, lags, switches } = call.world
  const seen = tables.deployments.where('envDomain', envDomain).filter(({ id }) => !lags.isHidden(id))
  return listed(call, {
    objects: [...seen, ...lags.ghosts<Deployment>(`deployments ${envDomain}`)],
    fields: ['id', 'solutionId', 'name', 'enabled', 'status', 'version', 'createdAt', 'updatedAt'],
    view: (deployment) => listedDeploymentView(settled(call.world, deployment), switches()),
  })
}

export const createDeployment: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const body = bodyOf(call, 'createDeployment')
  const { tables, ids, lags, clock } = call.world
  const switches = call.world.switches()
  const solution = tables.solutions.get(body.solutionId)
  if (solution === undefined) throw new Refusal(400, `No solution ${body.solutionId}`)
  checkConfigurations(call, envDomain, body.configurationIds, solution.id)
  if (
    switches.deploymentsPerSolution === 'one' &&
    tables.deployments.find('solution', solutionInEnvironment({ envDomain, solutionId: solution.id })) !==
      undefined
  )
    throw new Refusal(409, `Environment ${envDomain} has a deployment of ${solution.name} already`)
  const now = stamp(clock)
  const idle: Deployment = {
    id: ids.next(`deployment ${envDomain}/${body.solutionId}/${body.name ?? ''}`),
    envDomain,
    solutionId: solution.id,
    configurationIds: body.configurationIds,
    name: body.name ?? '',
    enabled: false,
    status: 'UNDEPLOYED',
    version: solution.version,
    createdAt: now,
    updatedAt: now,
  }
  const enabled = switches.createdDeployment === 'enabled'
  if (enabled) checkComplete(call, idle, solution)
  const deployment = enabled ? begin(call.world, idle, true) : idle
  tables.deployments.put(deployment)
  lags.hide(deployment.id, switches.readLag)
  return created(call, deploymentView(deployment), `${call.path}/${deployment.id}`)
}

export const readDeployment: Handler = (call) => {
  const envDomain = enter(call, 'read')
  const { tables, lags } = call.world
  const id = param(call, 'deploymentId')
  const deployment = tables.deployments.get(id) ?? lags.ghost<Deployment>(`deployments ${envDomain}`, id)
  if (deployment?.envDomain !== envDomain || lags.isHidden(id)) throw new Refusal(404, `No deployment ${id}`)
  return { status: 200, body: deploymentView(settled(call.world, deployment)) }
}

export const updateDeployment: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const merges = call.method === 'PATCH'
  const body = merges ? partialBodyOf(call, 'updateDeployment') : bodyOf(call, 'updateDeployment')
  const { enableShape, updateVerb, unknownFields } = call.world.switches()
  const mayToggle = enableShape === (merges ? 'patch' : 'put')
  if (body.enabled !== undefined && !mayToggle && unknownFields === 'refused')
    throw new Refusal(400, 'Unknown field enabled')
  const enabled = mayToggle ? body.enabled : undefined
  // A verb that is there only to enable changes nothing else, though a PUT must repeat the rest.
  const onlyToggles = call.method !== updateVerb
  if (onlyToggles && enabled === undefined) throw new Refusal(405, 'Method not allowed')
  const deployment = deploymentOf(call, envDomain)
  const next = changed(call, deployment, body, merges)
  const same = sameContent(next, deployment)
  if (onlyToggles && !same) throw new Refusal(400, 'Only enabled can be changed this way')
  if (enabled !== undefined && same) return toggle(call, deployment, enabled)
  if (deployment.becomes !== undefined) throw new Refusal(409, 'A transition is in progress')
  const toggles = enabled !== undefined && enabled !== next.enabled
  const restarted = next.enabled && !toggles ? begin(call.world, next, true) : next
  const saved = { ...restarted, updatedAt: stamp(call.world.clock) }
  call.world.tables.deployments.put(saved)
  return toggles ? toggle(call, saved, enabled) : updated(call, deploymentView(saved))
}

export const deleteDeployment: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const deployment = deploymentOf(call, envDomain)
  const { tables, lags, switches } = call.world
  if (deployment.enabled || deployment.becomes !== undefined)
    throw new Refusal(409, `Deployment ${deployment.id} is not undeployed`)
  tables.deployments.delete(deployment.id)
  lags.haunt(`deployments ${envDomain}`, deployment.id, deployment, switches().deleteLag)
  return removed(call)
}

export const enableDeployment: Handler = (call) => act(call, true)

export const disableDeployment: Handler = (call) => act(call, false)

function act(call: Call, enabled: boolean): Answer {
  const envDomain = enter(call, 'write')
  return toggle(call, deploymentOf(call, envDomain), enabled)
}

function toggle(call: Call, deployment: Deployment, enabled: boolean): Answer {
  const { tables, switches, clock } = call.world
  const solution = tables.solutions.get(deployment.solutionId)
  if (enabled && solution !== undefined) checkComplete(call, deployment, solution)
  const next = toggled(call.world, deployment, enabled)
  const saved = next === deployment ? deployment : { ...next, updatedAt: stamp(clock) }
  if (saved !== deployment) tables.deployments.put(saved)
  if (switches().successCodes === 'other') return { status: 204 }
  return { status: saved.becomes === undefined ? 200 : 202, body: deploymentView(saved) }
}

function changed(
  call: Call,
  deployment: Deployment,
  body: { readonly configurationIds?: readonly string[]; readonly name?: string | null | undefined },
  merges: boolean,
): Deployment {
  const configurationIds = body.configurationIds ?? deployment.configurationIds
  checkConfigurations(call, deployment.envDomain, configurationIds, deployment.solutionId)
  const name = (merges && body.name === undefined ? deployment.name : body.name) ?? ''
  const next = { ...deployment, configurationIds, name }
  const solution = call.world.tables.solutions.get(deployment.solutionId)
  if (next.enabled && solution !== undefined) checkComplete(call, next, solution)
  return next
}

function sameContent(a: Deployment, b: Deployment): boolean {
  return a.name === b.name && a.configurationIds.join() === b.configurationIds.join()
}

function checkConfigurations(
  call: Call,
  envDomain: string,
  configurationIds: readonly string[],
  solutionId: string,
): void {
  for (const id of configurationIds) {
    const configuration = call.world.tables.configurations.get(id)
    if (configuration?.envDomain !== envDomain) throw new Refusal(400, `No configuration ${id}`)
    if (configuration.solutionId !== solutionId)
      throw new Refusal(400, `Configuration ${id} is for another solution`)
  }
}

function checkComplete(call: Call, deployment: Deployment, solution: Solution): void {
  const all = deployment.configurationIds.map((id) => call.world.tables.configurations.get(id)?.values ?? {})
  const missing = findMissing(Object.assign({}, ...all), solution)
  if (missing !== undefined) throw new Refusal(400, `Value ${missing.key} is required`)
}

function deploymentOf(call: Call, envDomain: string): Deployment {
  const id = param(call, 'deploymentId')
  const deployment = call.world.tables.deployments.get(id)
  if (deployment?.envDomain !== envDomain) throw new Refusal(404, `No deployment ${id}`)
  return deployment
}

function enter(call: Call, want: 'read' | 'write'): string {
  const envDomain = param(call, 'envDomain')
  allowInEnvironment(call, envDomain, want)
  return environmentOf(call, envDomain).domain
}
