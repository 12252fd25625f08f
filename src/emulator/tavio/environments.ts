// Environments, which are customers.
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
import { type Deployment, type Environment, membershipKey, stamp } from './model.ts'
import { allowInOrganization, allowToReadEnvironment, environmentOf } from './permissions.ts'
import { environmentView, listedEnvironmentView } from './views.ts'

export const listEnvironments: Handler = (call) => {
  allowInOrganization(call, 'read')
  const { tables, lags, switches } = call.world
  const seen = tables.environments.all().filter(({ domain }) => !lags.isHidden(`environment ${domain}`))
  return listed(call, {
    objects: [...seen, ...lags.ghosts<Environment>('environments')],
    fields: ['id', 'domain', 'name', 'description', 'status', 'createdAt', 'updatedAt'],
    view: (environment) => listedEnvironmentView(visible(call, environment), switches()),
  })
}

export const createEnvironment: Handler = (call) => {
  allowInOrganization(call, 'write')
  const body = bodyOf(call, 'createEnvironment')
  const { tables, ids, lags, clock } = call.world
  const domain = domainFor(call, body.name, body.domain)
  const same = tables.environments.get(domain)
  if (same !== undefined && same.status !== 'DELETED')
    throw new Refusal(409, `Environment ${domain} exists already`)
  // The domain of a deleted environment is free again, and the new one comes last.
  tables.environments.delete(domain)
  const now = stamp(clock)
  const environment: Environment = {
    id: ids.next(`environment ${domain}`),
    domain,
    name: body.name,
    description: body.description ?? '',
    status: 'ACTIVE',
    createdAt: now,
    updatedAt: now,
  }
  tables.environments.put(environment)
  lags.hide(`environment ${domain}`, call.world.switches().readLag)
  return created(call, environmentView(environment), `${call.path}/${domain}`)
}

export const readEnvironment: Handler = (call) => {
  const domain = param(call, 'envDomain')
  allowToReadEnvironment(call, domain)
  const { tables, lags } = call.world
  const environment = tables.environments.get(domain) ?? lags.ghost<Environment>('environments', domain)
  if (environment === undefined || lags.isHidden(`environment ${domain}`))
    throw new Refusal(404, `No environment ${domain}`)
  return { status: 200, body: environmentView(visible(call, environment)) }
}

export const updateEnvironment: Handler = (call) => {
  allowInOrganization(call, 'write')
  const merges = call.method === 'PATCH'
  const body = merges ? partialBodyOf(call, 'updateEnvironment') : bodyOf(call, 'updateEnvironment')
  const environment = environmentOf(call, param(call, 'envDomain'))
  const keeps = merges && body.description === undefined
  const next: Environment = {
    ...environment,
    name: body.name ?? environment.name,
    description: (keeps ? environment.description : body.description) ?? '',
    updatedAt: stamp(call.world.clock),
  }
  call.world.tables.environments.put(next)
  return updated(call, environmentView(next))
}

export const deleteEnvironment: Handler = (call) => {
  allowInOrganization(call, 'write')
  const environment = environmentOf(call, param(call, 'envDomain'))
  const { domain } = environment
  const { tables, lags } = call.world
  const { environmentDelete, deleteLag } = call.world.switches()
  const deployments = tables.deployments.where('envDomain', domain)
  if (environmentDelete === 'refuse-enabled' && deployments.some(countsAsEnabled))
    throw new Refusal(409, `Environment ${domain} has an enabled deployment`)
  for (const { id } of deployments) tables.deployments.delete(id)
  for (const { id } of tables.configurations.where('envDomain', domain)) tables.configurations.delete(id)
  for (const membership of tables.memberships.where('envDomain', domain))
    tables.memberships.delete(membershipKey(membership))
  const soft = environmentDelete === 'soft'
  if (soft && deleteLag > 0) lags.restartTransition(`environment ${domain}`)
  if (soft) tables.environments.put({ ...environment, status: deleteLag > 0 ? 'DELETING' : 'DELETED' })
  else {
    tables.environments.delete(domain)
    lags.haunt('environments', domain, { ...environment, status: 'DELETING' }, deleteLag)
  }
  return removed(call)
}

/** The environment as this read sees it: a soft delete is over after some reads. */
function visible(call: Call, environment: Environment): Environment {
  const { tables, lags, switches } = call.world
  if (environment.status !== 'DELETING' || tables.environments.get(environment.domain) !== environment)
    return environment
  if (!lags.hasPassed(`environment ${environment.domain}`, switches().deleteLag)) return environment
  const deleted: Environment = { ...environment, status: 'DELETED' }
  tables.environments.put(deleted)
  return deleted
}

function countsAsEnabled(deployment: Deployment): boolean {
  return deployment.enabled || deployment.becomes !== undefined
}

function domainFor(call: Call, name: string, domain: string | undefined): string {
  const { environmentDomain, unknownFields } = call.world.switches()
  if (environmentDomain === 'required') {
    if (domain === undefined) throw new Refusal(400, 'Invalid field domain: must be given')
    return domain
  }
  if (environmentDomain === 'optional' && domain !== undefined) return domain
  if (domain !== undefined && unknownFields === 'refused') throw new Refusal(400, 'Unknown field domain')
  const derived = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return derived === '' ? 'environment' : derived
}
