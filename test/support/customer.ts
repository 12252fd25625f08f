// Configurations of customers, in Terraform JSON.
import type { Emulator } from '../../src/emulator/server.ts'
import type { Json } from './engine.ts'

/** Attributes by block type and name. */
export interface Blocks {
  readonly [type: string]: { readonly [name: string]: Json }
}

/** The solution that most samples use, with the parameters they give. */
export const exportSolution = {
  name: 'Candidate export',
  values: { region: 'eu', batchSize: '50' },
  secrets: { apiKey: 's3cret' },
} as const

/** Id of a seeded solution. */
export function solutionId(hub: Emulator, name: string = exportSolution.name): string {
  const found = hub.tavio.tables.solutions.all().find((solution) => solution.name === name)
  if (found === undefined) throw new Error(`the hub has no solution ${name}`)
  return found.id
}

/** One customer with one of everything; all blocks are named by the domain. */
export function customer(hub: Emulator, domain: string): Blocks {
  const environment = `\${tavio_environment.${domain}.domain}`
  const solution = solutionId(hub)
  return {
    tavio_environment: { [domain]: { name: `Customer ${domain}`, domain, description: 'A customer' } },
    tavio_user: {
      [domain]: { email: `ada@${domain}.example`, first_name: 'Ada', last_name: 'Lovelace' },
    },
    tavio_organization_access: { [domain]: { user_id: `\${tavio_user.${domain}.id}`, role: 'admin' } },
    tavio_environment_access: {
      [domain]: { environment, user_id: `\${tavio_user.${domain}.id}`, role: 'developer' },
    },
    tavio_configuration: {
      [domain]: {
        environment,
        solution_id: solution,
        name: `${domain}-export`,
        values: exportSolution.values,
        secret_values: exportSolution.secrets,
      },
    },
    tavio_deployment: {
      [domain]: {
        environment,
        solution_id: solution,
        configuration_ids: [`\${tavio_configuration.${domain}.id}`],
        name: `${domain}-export`,
      },
    },
  }
}

/** The resource types, in the order in which they are made. */
export const resourceTypes = [
  'tavio_environment',
  'tavio_user',
  'tavio_organization_access',
  'tavio_environment_access',
  'tavio_configuration',
  'tavio_deployment',
] as const

export type ResourceType = (typeof resourceTypes)[number]

/** A document of blocks; those under `data.` are look-ups. */
export function document(...all: readonly Blocks[]): Json {
  const data: { [type: string]: Json } = {}
  const resource: { [type: string]: Json } = {}
  for (const [type, named] of all.flatMap(Object.entries)) {
    const [into, name] = type.startsWith('data.') ? [data, type.slice(5)] : [resource, type]
    into[name] = { ...into[name], ...named }
  }
  return { ...(Object.keys(data).length > 0 ? { data } : {}), resource }
}

/** The same blocks with other attributes laid over one of them; undefined takes an attribute out. */
export function changed(blocks: Blocks, type: string, name: string, change: Json): Blocks {
  const attributes = { ...blocks[type]?.[name], ...change }
  const kept = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
  return { ...blocks, [type]: { ...blocks[type], [name]: kept } }
}

/** The same blocks without those of some types. */
export function without(blocks: Blocks, ...types: readonly string[]): Blocks {
  return Object.fromEntries(Object.entries(blocks).filter(([type]) => !types.includes(type)))
}
