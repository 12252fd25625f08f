// Plan files: one line of JSON in clear, then the plan, always sealed.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fail } from '../diagnostics.ts'
import { countChanges, type Plan } from '../engine/plan.ts'
import { decodePlan, encodePlan } from '../engine/plan-file.ts'
import type { ObjectValue } from '../schema/value.ts'
import { decodePlace, encodePlace, type StatePlace } from './places.ts'
import { findPassphrase, findUserKey, getUserKey, userKeyPath } from './plan-key.ts'
import { type Key, seal, unseal } from './seal.ts'
import type { Shell } from './shell.ts'

/** A plan and the state it belongs to. */
export interface StoredPlan {
  readonly plan: Plan
  readonly stack: string | undefined
  readonly place: StatePlace
}

/** What anyone may read of a plan file. */
interface Header {
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
  readonly key: 'HUBFORM_PLAN_KEY' | 'user'
}

/** What only the key opens. */
interface Sealed {
  readonly plan: Parameters<typeof decodePlan>[0]
  readonly place: ObjectValue
}

/** Writes a plan file with mode 0600, in the place of an older one. Returns its absolute path. */
export function writePlanFile(file: string, { plan, stack, place }: StoredPlan, shell: Shell): string {
  const path = resolve(shell.cwd, file)
  const passphrase = findPassphrase(shell.env)
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
    key: passphrase === undefined ? 'user' : 'HUBFORM_PLAN_KEY',
  }
  const line = JSON.stringify(header)
  const text = gzipSync(JSON.stringify({ plan: encodePlan(plan), place: encodePlace(place, shell.cwd) }))
  const sealed = seal(text, line, passphrase ?? getUserKey(shell.env))
  replaceFile(path, Buffer.concat([Buffer.from(`${line}\n`), sealed]))
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
  const text = unseal(content.subarray(end + 1), line, getKey(header, path, shell.env))
  if (text === undefined) {
    const key = header.key === 'user' ? `the key in ${userKeyPath(shell.env)}` : 'the key in HUBFORM_PLAN_KEY'
    fail(
      'Plan file not opened',
      `${path} does not open with ${key}: it was sealed with another key, or was changed since. Use the key it was made with, or run plan again.`,
      { file: path },
    )
  }
  const sealed = JSON.parse(gunzipSync(text).toString()) as Sealed
  return {
    plan: decodePlan(sealed.plan),
    stack: header.stack,
    place: decodePlace(sealed.place, shell.cwd),
  }
}

function getKey(header: Header, path: string, env: Shell['env']): Key {
  if (header.key === 'user') {
    const key = findUserKey(env)
    if (key !== undefined) return key
    return fail(
      'Plan key missing',
      `${path} was sealed with the key of the user who made it, and there is none in ${userKeyPath(env)}. Apply it as that user on that machine; or set HUBFORM_PLAN_KEY for both plan and apply, and plan again.`,
      { file: path },
    )
  }
  return (
    findPassphrase(env) ??
    fail(
      'Plan key missing',
      `${path} was sealed with HUBFORM_PLAN_KEY, which is not set here. Set it to the same text.`,
      {
        file: path,
      },
    )
  )
}

function readHeader(line: string, path: string): Header {
  try {
    const header = JSON.parse(line) as Header
    if (header.hubform_plan === 1) return header
  } catch {
    // Said below: whatever else it is, it is no plan file.
  }
  return fail(
    'Not a plan file',
    `${path} is not a plan file of this version of Hubform. Make one with "hubform plan --out FILE".`,
    { file: path },
  )
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

function replaceFile(path: string, content: Buffer): void {
  const next = `${path}.${process.pid}`
  try {
    writeFileSync(next, content, { mode: 0o600, flag: 'wx' })
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    fail(
      'Plan file not written',
      `${path} could not be written: ${(error as Error).message}.`,
      { file: path },
      error,
    )
  }
}
