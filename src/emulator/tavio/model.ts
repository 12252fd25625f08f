// What the service keeps. Fields are named as they are served.
import type { Conditions } from '../conditions.ts'
import type { IdSource } from '../ids.ts'
import { type Mirror, Table } from '../store.ts'
import type { Lags } from './lags.ts'
import type { TavioSwitches } from './switches.ts'
import type { Tokens } from './tokens.ts'

export interface User {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly status: 'INVITED' | 'ACTIVE' | 'DISABLED'
  /** In the organization. */
  readonly roles: readonly string[]
  readonly mfaRequired: boolean
  readonly mfaConfigured: boolean
  readonly changePassword: boolean
  readonly invite_expired: boolean
  /** Undefined until the invitation is accepted. Never served. */
  readonly password?: string
}

export interface Environment {
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly description: string
  readonly status: 'ACTIVE' | 'DELETING' | 'DELETED'
  readonly createdAt: string
  readonly updatedAt: string
}

/** All roles of one user in one environment; there is none without a role. */
export interface Membership {
  readonly envDomain: string
  readonly userId: string
  readonly roles: readonly string[]
}

export interface Parameter {
  readonly key: string
  readonly label: string
  readonly type: 'string' | 'number' | 'boolean'
  readonly required: boolean
  readonly secret: boolean
  readonly default: string | number | boolean | null
}

export interface Solution {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly version: string
  readonly parameters: readonly Parameter[]
}

export interface Configuration {
  readonly id: string
  readonly envDomain: string
  readonly solutionId: string
  readonly name: string
  /** With secrets in clear. */
  readonly values: Readonly<Record<string, unknown>>
  readonly createdAt: string
  readonly updatedAt: string
}

export type SettledStatus = 'DEPLOYED' | 'UNDEPLOYED' | 'FAILED'

export interface Deployment {
  readonly id: string
  readonly envDomain: string
  readonly solutionId: string
  readonly configurationIds: readonly string[]
  readonly name: string
  readonly enabled: boolean
  readonly status: SettledStatus | 'DEPLOYING' | 'UNDEPLOYING'
  /** What a transition ends in; undefined when there is none. */
  readonly becomes?: SettledStatus
  readonly version: string
  readonly createdAt: string
  readonly updatedAt: string
}

interface Invitation {
  readonly id: string
  readonly userId: string
  readonly to: string
  readonly sentAt: string
}

export interface Organization {
  readonly domain: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
  /** Of the seeded owner, for the ready information. */
  readonly username: string
  readonly password: string
}

export interface Tables {
  readonly users: Table<User, 'email' | 'username'>
  readonly environments: Table<Environment>
  readonly memberships: Table<Membership, 'envDomain' | 'userId'>
  readonly solutions: Table<Solution>
  readonly configurations: Table<Configuration, 'envDomain'>
  readonly deployments: Table<Deployment, 'envDomain' | 'solution'>
  readonly invitations: Table<Invitation>
}

/** Opens the tables over a database, with what it holds. */
export function openTables(mirror: Mirror): Tables {
  return {
    users: new Table(mirror, 'user', (user: User) => user.id, {
      email: (user: User) => user.email.toLowerCase(),
      username: (user: User) => user.username.toLowerCase(),
    }),
    environments: new Table(mirror, 'environment', (environment: Environment) => environment.domain, {}),
    memberships: new Table(mirror, 'membership', membershipKey, {
      envDomain: (membership: Membership) => membership.envDomain,
      userId: (membership: Membership) => membership.userId,
    }),
    solutions: new Table(mirror, 'solution', (solution: Solution) => solution.id, {}),
    configurations: new Table(mirror, 'configuration', (configuration: Configuration) => configuration.id, {
      envDomain: (configuration: Configuration) => configuration.envDomain,
    }),
    deployments: new Table(mirror, 'deployment', (deployment: Deployment) => deployment.id, {
      envDomain: (deployment: Deployment) => deployment.envDomain,
      solution: solutionInEnvironment,
    }),
    invitations: new Table(mirror, 'invitation', (invitation: Invitation) => invitation.id, {}),
  }
}

export function membershipKey(membership: Pick<Membership, 'envDomain' | 'userId'>): string {
  return `${membership.envDomain}/${membership.userId}`
}

export function solutionInEnvironment(deployment: Pick<Deployment, 'envDomain' | 'solutionId'>): string {
  return `${deployment.envDomain}/${deployment.solutionId}`
}

/** Whom a call is made for. */
export type Caller =
  | { readonly kind: 'admin' }
  | { readonly kind: 'organization'; readonly user: User }
  | { readonly kind: 'environment'; readonly user: User | undefined; readonly envDomain: string }

/** Everything a handler may need of the service, apart from the call itself. */
export interface World {
  readonly tables: Tables
  readonly organization: Organization
  readonly tokens: Tokens
  readonly lags: Lags
  readonly ids: IdSource
  readonly conditions: Conditions
  readonly clock: () => number
  /** Of now: they may change between two calls. */
  switches(): TavioSwitches
}

/** The current time as the service writes it. */
export function stamp(clock: () => number): string {
  return `${new Date(clock()).toISOString().slice(0, 19)}Z`
}
