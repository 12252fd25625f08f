// The tables: Terraform's own, and ours beside it.
import type { Client } from 'pg'

/** Names as they are written in SQL. */
export interface PgTables {
  readonly schema: string
  readonly states: string
  readonly locks: string
  readonly journal: string
  readonly backups: string
  /** Taken while a state is made that has no row yet: Terraform's key, and OpenTofu's. */
  readonly creationKeys: readonly [string, string]
}

/** Which of Terraform's objects it is not to make, since this user may not. */
export interface PgSkips {
  readonly schema: boolean
  readonly table: boolean
  readonly index: boolean
}

export function pgTables(schema: string, table = 'states'): PgTables {
  const at = (name: string) => `${quote(schema)}.${quote(name)}`
  // OpenTofu may have several tables of states in a schema, each with a "default" of its own.
  const own = (name: string) => at(table === 'states' ? name : `${name}_${table}`)
  return {
    schema,
    states: at(table),
    locks: own('hubform_locks'),
    journal: own('hubform_journal'),
    backups: own('hubform_backups'),
    creationKeys: ['-1', String(-fnv1(`${schema}\0${table}`))],
  }
}

/** Makes what is missing. Asks for no right to create where everything is there. */
export async function ensureTables(client: Client, tables: PgTables, skips: PgSkips): Promise<void> {
  const { schema, states, locks, journal, backups } = tables
  const { rows } = await client.query<{ schema: boolean; states: boolean; ours: boolean }>(
    `select exists (select from information_schema.schemata where schema_name = $1) as schema,
            to_regclass($2) is not null as states,
            to_regclass($3) is not null and to_regclass($4) is not null and to_regclass($5) is not null as ours`,
    [schema, states, locks, journal, backups],
  )
  const [there] = rows
  const missing = [
    ...(there?.schema || skips.schema ? [] : [`create schema if not exists ${quote(schema)}`]),
    ...(there?.states || skips.table ? [] : statesTable(states)),
    ...(there?.states || skips.index
      ? []
      : [`create unique index if not exists states_by_name on ${states} (name)`]),
    ...(there?.ours ? [] : ourTables(tables)),
  ]
  if (missing.length === 0) return
  // One at a time: IF NOT EXISTS alone fails when two make the same thing at once.
  const [key] = tables.creationKeys
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock(hashtext($1), 0)', [`hubform ${schema} ${key}`])
    for (const statement of missing) await client.query(statement)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

function statesTable(states: string): string[] {
  return [
    'create sequence if not exists public.global_states_id_seq as bigint',
    `create table if not exists ${states} (id bigint not null default nextval('public.global_states_id_seq') primary key, name text unique, data text)`,
  ]
}

function ourTables({ locks, journal, backups }: PgTables): string[] {
  return [
    `create table if not exists ${locks} (name text primary key, token bigint not null, pid integer, info text)`,
    `create table if not exists ${journal} (name text not null, seq bigint generated always as identity, lines text not null, primary key (name, seq))`,
    `create table if not exists ${backups} (name text not null, seq bigint generated always as identity, taken timestamptz not null default now(), data text, primary key (name, seq))`,
  ]
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** 32-bit FNV-1, by which OpenTofu names its lock. */
function fnv1(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash, 0x01000193) ^ byte
  return hash >>> 0
}
