// What others may do to random customers between two steps.
import type { WrittenBlock } from './generate-tavio.ts'
import type { Meddling } from './meddle.ts'

/** Somebody does something to one of the objects that are there. */
export interface Somebody {
  readonly which: number
  readonly how: number
}

const tables = {
  environment: 'environments',
  user: 'users',
  configuration: 'configurations',
  deployment: 'deployments',
} as const

type Told = keyof typeof tables

const ways: { readonly [K in Told]: readonly Meddling['fields'][] } = {
  environment: [{ name: 'Mine' }, { description: 'new' }, { updatedAt: '2031-01-01T00:00:00Z' }, null, {}],
  user: [
    { firstName: 'Eve' },
    { lastName: 'Other', status: 'ACTIVE' },
    { roles: [] },
    { roles: ['admin'] },
    null,
  ],
  configuration: [
    { values: { url: 'https://evil.example', retries: 7 } },
    { values: { url: 'https://evil.example' } },
    { values: { url: 'https://evil.example', signingKey: 'other', retries: 1 } },
    null,
    { updatedAt: '2031-01-01T00:00:00Z' },
  ],
  deployment: [
    { enabled: false, status: 'UNDEPLOYED' },
    { enabled: false, status: 'FAILED' },
    { version: '9.9.9' },
    null,
    { configurationIds: [] },
  ],
}

/** What is done, one thing to each object. */
export function meddlingWith(there: readonly WrittenBlock[], all: readonly Somebody[]): readonly Meddling[] {
  const objects = there.flatMap(({ kind, instances }) =>
    kind in tables ? instances.map(({ hubKey }) => ({ kind: kind as Told, hubKey })) : [],
  )
  if (objects.length === 0) return []
  return all.map(({ which, how }) => {
    const { kind, hubKey } = objects[which % objects.length] as (typeof objects)[number]
    const fields = ways[kind][how % ways[kind].length] ?? null
    return { table: tables[kind], key: hubKey, fields }
  })
}
