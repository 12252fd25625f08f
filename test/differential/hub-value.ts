// What is in a hub, by names that both engines' hubs share.
import { parseJson } from '../../src/schema/json.ts'
import type { Value } from '../../src/schema/value.ts'
import type { HubEnd, Scene } from './stage.ts'

type Row = { readonly [field: string]: unknown }
type Rows = { readonly [table: string]: readonly Row[] }

const names: { readonly [table: string]: (row: Row, email: (id: unknown) => string) => string } = {
  users: ({ email }) => String(email),
  environments: ({ domain }) => String(domain),
  memberships: ({ envDomain, userId }, email) => `${envDomain}/${email(userId)}`,
  configurations: ({ envDomain, name, id }) => `${envDomain}/${name} ${id}`,
  deployments: ({ envDomain, name, id }) => `${envDomain}/${name} ${id}`,
  invitations: ({ to, id }) => `${to} ${id}`,
}

/** Every object, by table and name; ids and times are part of it. */
export function hubValue({ snapshot }: Scene): ReadonlyMap<string, Value> {
  const tables = snapshot as Rows
  const email = emailsOf(tables)
  return new Map(
    Object.entries(names).flatMap(([table, nameOf]) =>
      (tables[table] ?? []).map((row): [string, Value] => [
        `hub ${table} ${nameOf(row, email)}`,
        parseJson(
          JSON.stringify(Array.isArray(row['roles']) ? { ...row, roles: [...row['roles']].sort() } : row),
        ),
      ]),
    ),
  )
}

/** How often each write was sent, with names of objects for their ids as far as they are there at the end. */
export function writesValue({ writes, scene }: HubEnd): ReadonlyMap<string, Value> {
  const tables = scene.snapshot as Rows
  const email = emailsOf(tables)
  const called = new Map<string, string>()
  for (const [table, nameOf] of Object.entries(names))
    for (const row of tables[table] ?? [])
      if (typeof row['id'] === 'string' && table !== 'environments') called.set(row['id'], nameOf(row, email))
  const counts = new Map<string, number>()
  for (const write of writes) {
    const named = `hub ${write.replaceAll(/[^/]+/g, (part) => called.get(part) ?? part)}`
    counts.set(named, (counts.get(named) ?? 0) + 1)
  }
  return counts
}

function emailsOf(tables: Rows): (id: unknown) => string {
  const emails = new Map((tables['users'] ?? []).map(({ id, email }) => [id, String(email)]))
  return (id) => emails.get(id) ?? String(id)
}
