// Configurations: the values a solution needs for one customer.
import { bodyOf, type Call, created, type Handler, param, Refusal, removed, updated } from './call.ts'
import { listed } from './lists.ts'
import { type Configuration, stamp } from './model.ts'
import { allowInEnvironment, environmentOf } from './permissions.ts'
import { checkValues } from './values.ts'
import { configurationView, listedConfigurationView } from './views.ts'

export const listConfigurations: Handler = (call) => {
  const envDomain = enter(call, 'read')
  const { tables, lags, switches } = call.world
  const seen = tables.configurations
    .where('envDomain', envDomain)
    .filter((configuration) => !lags.isHidden(configuration.id))
  return listed(call, {
    objects: [...seen, ...lags.ghosts<Configuration>(`configurations ${envDomain}`)],
    fields: ['id', 'solutionId', 'name', 'createdAt', 'updatedAt'],
    view: (configuration) =>
      listedConfigurationView(configuration, tables.solutions.get(configuration.solutionId), switches()),
  })
}

export const createConfiguration: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const body = bodyOf(call, 'createConfiguration')
  const { tables, ids, lags, clock } = call.world
  const switches = call.world.switches()
  const solution = tables.solutions.get(body.solutionId)
  if (solution === undefined) throw new Refusal(400, `No solution ${body.solutionId}`)
  checkValues(body.values, solution)
  const now = stamp(clock)
  const configuration: Configuration = {
    id: ids.next(`configuration ${envDomain}/${body.solutionId}/${body.name ?? ''}`),
    envDomain,
    solutionId: solution.id,
    name: body.name ?? '',
    values: body.values,
    createdAt: now,
    updatedAt: now,
  }
  tables.configurations.put(configuration)
  lags.hide(configuration.id, switches.readLag)
  const path = switches.readConfigurations ? `${call.path}/${configuration.id}` : undefined
  return created(call, configurationView(configuration, solution, switches), path)
}

export const readConfiguration: Handler = (call) => {
  const envDomain = enter(call, 'read')
  const { tables, lags, switches } = call.world
  const id = param(call, 'configurationId')
  const configuration =
    tables.configurations.get(id) ?? lags.ghost<Configuration>(`configurations ${envDomain}`, id)
  if (configuration?.envDomain !== envDomain || lags.isHidden(id))
    throw new Refusal(404, `No configuration ${id}`)
  const solution = tables.solutions.get(configuration.solutionId)
  return { status: 200, body: configurationView(configuration, solution, switches()) }
}

export const updateConfiguration: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const body = bodyOf(call, 'updateConfiguration')
  const { tables, clock } = call.world
  const switches = call.world.switches()
  const configuration = configurationOf(call, envDomain)
  const solution = tables.solutions.get(configuration.solutionId)
  const values =
    switches.configurationUpdate === 'full' ? body.values : { ...configuration.values, ...body.values }
  if (solution !== undefined) checkValues(values, solution)
  const keepsName = call.method === 'PATCH' && body.name === undefined
  const next: Configuration = {
    ...configuration,
    name: (keepsName ? configuration.name : body.name) ?? '',
    values,
    updatedAt: stamp(clock),
  }
  tables.configurations.put(next)
  return updated(call, configurationView(next, solution, switches))
}

export const deleteConfiguration: Handler = (call) => {
  const envDomain = enter(call, 'write')
  const configuration = configurationOf(call, envDomain)
  const { tables, lags, switches } = call.world
  const users = tables.deployments.where('envDomain', envDomain)
  if (users.some((deployment) => deployment.configurationIds.includes(configuration.id)))
    throw new Refusal(409, `Configuration ${configuration.id} is used by a deployment`)
  tables.configurations.delete(configuration.id)
  lags.haunt(`configurations ${envDomain}`, configuration.id, configuration, switches().deleteLag)
  return removed(call)
}

function configurationOf(call: Call, envDomain: string): Configuration {
  const id = param(call, 'configurationId')
  const configuration = call.world.tables.configurations.get(id)
  if (configuration?.envDomain !== envDomain) throw new Refusal(404, `No configuration ${id}`)
  return configuration
}

function enter(call: Call, want: 'read' | 'write'): string {
  const envDomain = param(call, 'envDomain')
  allowInEnvironment(call, envDomain, want)
  return environmentOf(call, envDomain).domain
}
