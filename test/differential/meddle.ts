// What others do to the hub while no engine looks.
import type { Emulator } from '../../src/emulator/server.ts'
import {
  type Configuration,
  type Deployment,
  membershipKey,
  type Tables,
} from '../../src/emulator/tavio/model.ts'
import type { Json } from '../support/engine.ts'

/** An object is changed, made if it is not there, or deleted with all that is in it. */
export interface Meddling {
  readonly table: 'users' | 'environments' | 'memberships' | 'configurations' | 'deployments'
  /** What people call it: e-mail address, domain, `domain/e-mail address`, `domain/name`. */
  readonly key: string
  /** Fields as the service names them; null deletes. Of a new configuration or deployment also `solution`, its name. */
  readonly fields: Json | null
}

const later = '2029-12-31T00:00:00Z'

/** Does it. What is to be deleted and is not there is no fault. */
export function meddle({ tavio: { tables } }: Emulator, { table, key, fields }: Meddling): void {
  const [domain = '', name = ''] = key.split('/')
  switch (table) {
    case 'users': {
      const user = tables.users.find('email', key.toLowerCase())
      if (fields !== null) {
        tables.users.put({ ...(user ?? newUser(key)), ...fields })
      } else if (user !== undefined) {
        tables.users.delete(user.id)
        for (const one of tables.memberships.where('userId', user.id))
          tables.memberships.delete(membershipKey(one))
      }
      return
    }
    case 'environments':
      if (fields !== null)
        tables.environments.put({ ...(tables.environments.get(key) ?? newEnvironment(key)), ...fields })
      else deleteEnvironment(tables, key)
      return
    case 'memberships': {
      const userId = tables.users.find('email', name.toLowerCase())?.id
      if (userId === undefined) return
      const none = { envDomain: domain, userId, roles: [] }
      const next = { ...(tables.memberships.get(membershipKey(none)) ?? none), ...fields }
      if (fields === null || next.roles.length === 0) tables.memberships.delete(membershipKey(none))
      else tables.memberships.put(next)
      return
    }
    case 'configurations':
      changeNamed<Configuration>(tables, tables.configurations, key, fields, { values: {} })
      return
    case 'deployments':
      changeNamed<Deployment>(tables, tables.deployments, key, fields, {
        configurationIds: [],
        enabled: false,
        status: 'UNDEPLOYED',
        version: '1.0.0',
      })
  }
}

interface Named {
  readonly id: string
  readonly envDomain: string
  readonly solutionId: string
  readonly name: string
}

function changeNamed<T extends Named>(
  { solutions, environments }: Tables,
  table: {
    where(index: 'envDomain', value: string): readonly T[]
    put(row: T): void
    delete(id: string): void
  },
  key: string,
  fields: Json | null,
  standard: Partial<T>,
): void {
  const [envDomain = '', name = ''] = key.split('/')
  const row = table.where('envDomain', envDomain).find((one) => one.name === name)
  if (fields === null) {
    if (row !== undefined) table.delete(row.id)
    return
  }
  if (environments.get(envDomain) === undefined) return
  const { solution, ...rest } = fields
  const solutionId = solutions.all().find((one) => one.name === solution)?.id ?? ''
  const made = { id: idOf(key), envDomain, solutionId, name, createdAt: later, updatedAt: later, ...standard }
  // The cases say what a new row needs beyond this.
  table.put({ ...((row ?? made) as T), ...rest })
}

function deleteEnvironment(tables: Tables, domain: string): void {
  tables.environments.delete(domain)
  for (const { id } of tables.configurations.where('envDomain', domain)) tables.configurations.delete(id)
  for (const { id } of tables.deployments.where('envDomain', domain)) tables.deployments.delete(id)
  for (const one of tables.memberships.where('envDomain', domain))
    tables.memberships.delete(membershipKey(one))
}

function newUser(email: string) {
  return {
    id: idOf(email),
    username: email,
    email,
    firstName: '',
    lastName: '',
    status: 'ACTIVE' as const,
    roles: [],
    mfaRequired: false,
    mfaConfigured: false,
    changePassword: false,
    invite_expired: false,
  }
}

function newEnvironment(domain: string) {
  const status = 'ACTIVE' as const
  return {
    id: idOf(domain),
    domain,
    name: domain,
    description: '',
    status,
    createdAt: later,
    updatedAt: later,
  }
}

/** The same in both engines' hubs, and unlike any that the hub gives. */
function idOf(key: string): string {
  return `other-${key.replaceAll(/[^a-z0-9]+/gi, '-')}`
}
