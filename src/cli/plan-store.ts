// Plan files: one line of JSON in clear, then the plan, always sealed.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fail } from '../diagnostics.ts'
import { countChanges, type Plan } from '../engine/plan.ts'
import { decodePlan, encodePlan } from '../engine/plan-file.ts'
import type { ObjectValue } from '../schema/value.ts'
import { namesOf } from '../state/sealed/envelope.ts'
import { decodeMark, type Key, type KeyMark, markOf, openWith, seal } from '../state/sealed/seal.ts'
import { replaceDurably } from './durable.ts'
import { decodePlace, encodePlace, type StatePlace } from './places.ts'
import { findPassphrase, findUserKey, getUserKey, userKeyPath } from './plan-key.ts'
import type { Shell } from './shell.ts'
import { encryptionFor } from './state-keys.ts'

/** A plan and the state it belongs to. */
export interface StoredPlan {
  readonly plan: Plan
  readonly stack: string | undefined
  readonly place: StatePlace
}

/** What anyone may read of a plan file. */
interface Header extends KeyMark {
  readonly hubform_plan: 1
  readonly version: string
  readonly created: string
  readonly stack?: string
  /** The kind of place that the state is in, and the workspace. */
  readonly backend: string
  readonly workspace: string
  readonly lineage: string
  readonly serial: number
  readonly counts: {
    readonly add: number
    readonly change: number
    readonly destroy: number
    readonly forget: number
  }
  /** Where the key came from. */
  readonly key_of: KeySource
}

type KeySource = 'HUBFORM_PLAN_KEY' | 'state' | 'user'

/** What only the key opens. */
interface Sealed {
  readonly plan: Parameters<typeof decodePlan>[0]
  readonly place: ObjectValue
}

/** Writes a plan file with mode 0600, in the place of an older one. Returns its absolute path. */
export function writePlanFile(file: string, { plan, stack, place }: StoredPlan, shell: Shell): string {
  const path = resolve(shell.cwd, file)
  const { source, key } = chooseKey(shell)
  const { mark, bytes } = markOf(key)
  const header: Header = {
    hubform_plan: 1,
    version: plan.version,
    created: plan.createdAt,
    ...(stack === undefined ? {} : { stack }),
    backend: place.kind,
    workspace: place.workspace,
    lineage: plan.lineage,
    serial: plan.serial,
    counts: countChanges(plan),
    key_of: source,
    ...mark,
  }
  const line = JSON.stringify(header)
  const text = gzipSync(JSON.stringify({ plan: encodePlan(plan), place: encodePlace(place, shell.cwd) }))
  replaceFile(path, `${line}\n${seal(text, line, bytes)}`)
  return path
}

/** True if a file is a plan file, as far as its beginning tells. */
export function isPlanFile(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 16).toString().startsWith('{"hubform_plan"')
  } catch {
    return false
  }
}

/** Opens a plan file. Throws diagnostics that say which key is missing, or that it was changed. */
export function readPlanFile(file: string, shell: Shell): StoredPlan {
  const path = resolve(shell.cwd, file)
  const content = readBytes(path)
  const end = content.indexOf('\n')
  const line = content.subarray(0, Math.max(end, 0)).toString()
  const header = readHeader(line, path)
  const keys = getKeys(header, path, shell)
  const opened = openWith(
    keys,
    header,
    content
      .subarray(end + 1)
      .toString()
      .trimEnd(),
    line,
  )
  if (opened.kind !== 'opened') {
    fail(
      'Plan file not opened',
      `${path} does not open with ${nameKeys(header, keys, shell)}: it was sealed with another key, or was changed since. Use the key it was made with, or run plan again.`,
      { file: path },
    )
  }
  const sealed = JSON.parse(gunzipSync(opened.text).toString()) as Sealed
  return {
    plan: decodePlan(sealed.plan),
    stack: header.stack,
    place: decodePlace(sealed.place, shell.cwd),
  }
}

/** A key for plans goes before the one for states, and that before the user's own, which other machines do not have. */
function chooseKey(shell: Shell): { readonly source: KeySource; readonly key: Key } {
  const passphrase = findPassphrase(shell.env)
  if (passphrase !== undefined) return { source: 'HUBFORM_PLAN_KEY', key: passphrase }
  const [first] = encryptionFor(shell).keys()
  if (first !== undefined) return { source: 'state', key: first }
  return { source: 'user', key: getUserKey(shell.env) }
}

function getKeys({ key_of, key }: Header, path: string, shell: Shell): readonly Key[] {
  const { keys, advice } = findKeys(key_of, key, shell)
  if (keys.length > 0) return keys
  return fail('Plan key missing', `${path} was sealed with ${advice}`, { file: path })
}

function findKeys(source: KeySource, id: string, shell: Shell) {
  const listed = (key: Key | undefined) => (key === undefined ? [] : [key])
  switch (source) {
    case 'user':
      return {
        keys: listed(findUserKey(shell.env)),
        advice: `the key of the user who made it, and there is none in ${userKeyPath(shell.env)}. Apply it as that user on that machine; or set HUBFORM_PLAN_KEY for both plan and apply, and plan again.`,
      }
    case 'state':
      return {
        keys: encryptionFor(shell).keys(),
        advice: `the key "${id}" of the state, and no key for states is set here. Set it as where the plan was made.`,
      }
    case 'HUBFORM_PLAN_KEY':
      return {
        keys: listed(findPassphrase(shell.env)),
        advice: 'HUBFORM_PLAN_KEY, which is not set here. Set it to the same text.',
      }
  }
}

function nameKeys({ key_of }: Header, keys: readonly Key[], shell: Shell): string {
  switch (key_of) {
    case 'user':
      return `the key in ${userKeyPath(shell.env)}`
    case 'state':
      return `the keys for states that are set: ${namesOf(keys)}`
    case 'HUBFORM_PLAN_KEY':
      return 'the key in HUBFORM_PLAN_KEY'
  }
}

const sources: readonly string[] = ['HUBFORM_PLAN_KEY', 'state', 'user'] satisfies KeySource[]

function readHeader(line: string, path: string): Header {
  const header = parseHeader(line)
  const format = header?.['hubform_plan']
  if (typeof format === 'number' && format > 1) {
    fail(
      'Plan file too new',
      `${path} is a plan file of format ${format}, and this Hubform knows format 1. Nothing was changed. Apply it with the version of Hubform that made it, or plan again.`,
      { file: path },
    )
  }
  const fits = format === 1 && sources.includes(String(header?.['key_of']))
  // The rest is checked by the seal, which covers the whole line.
  if (fits && decodeMark(header?.['key'], header?.['scrypt']) !== undefined)
    return header as unknown as Header
  return fail(
    'Not a plan file',
    `${path} is not a plan file of this version of Hubform. Make one with "hubform plan --out FILE".`,
    { file: path },
  )
}

function parseHeader(line: string): { readonly [name: string]: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(line)
    // Of an object any field may be asked for.
    return typeof header === 'object' && header !== null
      ? (header as { readonly [name: string]: unknown })
      : undefined
  } catch {
    // Whatever else it is, it is no plan file.
    return undefined
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    return fail(
      'Unreadable plan file',
      `${path} cannot be read: ${(error as Error).message}.`,
      { file: path },
      error,
    )
  }
}

function replaceFile(path: string, content: string): void {
  try {
    replaceDurably(path, content)
  } catch (error) {
    fail(
      'Plan file not written',
      `${path} could not be written: ${(error as Error).message}.`,
      { file: path },
      error,
    )
  }
}
