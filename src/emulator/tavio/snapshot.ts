// The whole store as JSON, and back.
import * as z from 'zod/mini'
import type { IdSource } from '../ids.ts'
import type { Table } from '../store.ts'
import type { Tables } from './model.ts'

// Only what the tables index by is looked at: a snapshot comes from this emulator.
const text = z.string()
const schema = z.strictObject({
  counter: z.int().check(z.nonnegative()),
  users: z.array(z.looseObject({ id: text, email: text, username: text, roles: z.array(text) })),
  environments: z.array(z.looseObject({ id: text, domain: text })),
  memberships: z.array(z.looseObject({ envDomain: text, userId: text, roles: z.array(text) })),
  solutions: z.array(z.looseObject({ id: text, parameters: z.array(z.unknown()) })),
  configurations: z.array(z.looseObject({ id: text, envDomain: text, solutionId: text })),
  deployments: z.array(z.looseObject({ id: text, envDomain: text, solutionId: text })),
  invitations: z.array(z.looseObject({ id: text, userId: text })),
})

/** The store with its ids, each table ordered by key. */
export function snapshotOf(tables: Tables, ids: IdSource): unknown {
  return {
    counter: ids.counter(),
    users: ordered(tables.users, (user) => user.id),
    environments: ordered(tables.environments, (environment) => environment.domain),
    memberships: ordered(tables.memberships, (m) => `${m.envDomain}/${m.userId}`),
    solutions: ordered(tables.solutions, (solution) => solution.id),
    configurations: ordered(tables.configurations, (configuration) => configuration.id),
    deployments: ordered(tables.deployments, (deployment) => deployment.id),
    invitations: ordered(tables.invitations, (invitation) => invitation.id),
  }
}

/** Takes a snapshot as the store. Throws a TypeError if it is none, and then changes nothing. */
export function restoreSnapshot(tables: Tables, ids: IdSource, snapshot: unknown): void {
  const parsed = schema.safeParse(snapshot)
  if (!parsed.success) throw new TypeError(`this is no snapshot: ${z.prettifyError(parsed.error)}`)
  const { counter, ...rows } = parsed.data
  refill(tables.users, rows.users)
  refill(tables.environments, rows.environments)
  refill(tables.memberships, rows.memberships)
  refill(tables.solutions, rows.solutions)
  refill(tables.configurations, rows.configurations)
  refill(tables.deployments, rows.deployments)
  refill(tables.invitations, rows.invitations)
  ids.continueFrom(counter)
}

function refill<T extends object, I extends string>(table: Table<T, I>, rows: readonly object[]): void {
  table.clear()
  // The shape has been checked as far as the table relies on it.
  for (const row of rows) table.put(row as T)
}

/**
 * The content of the store without ids and times: objects are named by what people call them.
 *
 * Two stores that people would call the same are equal here, in whatever order they were filled.
 */
export function comparableOf(tables: Tables): unknown {
  const email = (userId: string) => tables.users.get(userId)?.email.toLowerCase() ?? userId
  const solution = (id: string) => tables.solutions.get(id)?.name ?? id
  const configurationName = (id: string) => {
    const configuration = tables.configurations.get(id)
    return configuration === undefined ? id : `${solution(configuration.solutionId)}: ${configuration.name}`
  }
  return {
    users: byText(tables.users.all().map(({ id, password, ...user }) => user)),
    environments: byText(tables.environments.all().map(({ id, createdAt, updatedAt, ...rest }) => rest)),
    memberships: byText(
      tables.memberships
        .all()
        .map(({ envDomain, userId, roles }) => ({ envDomain, user: email(userId), roles })),
    ),
    configurations: byText(
      tables.configurations.all().map((c) => ({
        envDomain: c.envDomain,
        solution: solution(c.solutionId),
        name: c.name,
        values: Object.fromEntries(Object.entries(c.values).sort(([a], [b]) => (a < b ? -1 : 1))),
      })),
    ),
    deployments: byText(
      tables.deployments.all().map((d) => ({
        envDomain: d.envDomain,
        solution: solution(d.solutionId),
        name: d.name,
        configurations: d.configurationIds.map(configurationName).sort(),
        enabled: d.enabled,
        status: d.becomes ?? d.status,
      })),
    ),
    invitations: byText(tables.invitations.all().map(({ to }) => ({ to }))),
  }
}

function ordered<T extends object, I extends string>(
  table: Table<T, I>,
  keyOf: (object: T) => string,
): readonly T[] {
  return [...table.all()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function byText(rows: readonly object[]): readonly object[] {
  const keyed = rows.map((row) => [JSON.stringify(row), row] as const)
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row)
}
