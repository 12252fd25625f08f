// Copying a state from one place to another, so that a crash at any point leaves the source as it was.
import { fail } from '../diagnostics.ts'
import type { Backend } from './backend.ts'
import { isEmpty, sameContent } from './content.ts'
import { encodeState } from './encode.ts'
import { decodeState } from './file.ts'
import type { Intent } from './journal.ts'
import { lookAt } from './look.ts'
import { conflictOf } from './operations.ts'
import { isUnsettled } from './recovered.ts'
import { openSession, type SessionOptions } from './session.ts'
import type { State } from './state.ts'

export interface Migration extends Omit<SessionOptions, 'backend' | 'operation' | 'rescue'> {
  readonly source: Backend
  readonly target: Backend
  /** Replaces what is at the target whatever it is. */
  readonly force: boolean
}

/** What a migration did, or would do. */
export interface Migrated {
  /** `empty`: there is no state to copy. `there`: the target has it already. */
  readonly kind: 'empty' | 'there' | 'copied'
  readonly state: State
  /** What the target recorded before; undefined if nothing. */
  readonly replaced: State | undefined
}

/**
 * Copies a state with its lineage and serial, both places locked, and reads it back to make sure. The source stays as it
 * is; results of an interrupted run that are only in its journal are part of the copy.
 *
 * Throws diagnostics, and then the target has what it had or all of the copy: a second try works.
 */
export async function migrateState(migration: Migration): Promise<Migrated> {
  const { source, target, force, ...options } = migration
  const from = await openSession({ ...options, backend: source, operation: 'migration source state' })
  try {
    const found = { state: from.state, openIntents: from.recovered?.openIntents ?? [] }
    // Nothing is locked there, and so nothing made, when there is nothing to bring.
    if (isNothing(found.state)) return judge(found, undefined, migration)
    const to = await openSession({ ...options, backend: target, operation: 'migration destination state' })
    try {
      const there = { state: to.state, isOpen: to.recovered !== undefined && isUnsettled(to.recovered) }
      const judged = judge(found, there, migration)
      if (judged.kind !== 'copied') return judged
      await to.replace(found.state)
      await verify(target, found.state)
      return judged
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** What `migrateState` would do now. Takes no locks and makes nothing, not even what a first lock makes. */
export async function planMigration(
  migration: Pick<Migration, 'source' | 'target' | 'force'>,
): Promise<Migrated> {
  const found = await lookAt(migration.source)
  const there = await lookAt(migration.target)
  return judge(found, { state: there.state, isOpen: isUnsettled(there) }, migration, false)
}

function judge(
  found: { readonly state: State; readonly openIntents: readonly Intent[] },
  there: { readonly state: State; readonly isOpen: boolean } | undefined,
  { source, target, force }: Pick<Migration, 'source' | 'target' | 'force'>,
  isLocked = true,
): Migrated {
  // Without its lock nobody knows whether a run has died or is at work.
  const ended = isLocked ? 'ended before it was done' : 'is at work now, or ended before it was done'
  const first = isLocked ? 'Run' : 'Wait for it; if it is gone, run'
  const { state, openIntents } = found
  if (openIntents.length > 0) {
    const names = openIntents.slice(0, 5).map(({ action, key }) => `${action} ${key}`)
    const more = openIntents.length > names.length ? ` and ${openIntents.length - names.length} more` : ''
    fail(
      'Earlier run not settled',
      `A run on the state at ${source.description} ${ended}, and nobody knows yet whether these took effect: ${names.join(', ')}${more}. Nothing was copied. ${first} "hubform apply" there first, which finds out; then migrate.`,
      { file: source.description },
    )
  }
  if (there?.isOpen === true) {
    fail(
      'Earlier run not settled',
      `A run on the state at ${target.description}, where this is to go, ${ended}. Nothing was copied. ${first} "hubform apply" over that state first, or choose another place.`,
      { file: target.description },
    )
  }
  const replaced = there === undefined || isEmpty(there.state) ? undefined : there.state
  if (isNothing(state)) return { kind: 'empty', state, replaced }
  if (there !== undefined && isSame(there.state, state)) return { kind: 'there', state, replaced }
  if (replaced !== undefined && !force) refuse(state, replaced, target.description)
  return { kind: 'copied', state, replaced }
}

function refuse(state: State, there: State, place: string): void {
  const advice = 'Nothing was copied. If it is to be replaced all the same, migrate again with --force.'
  const conflict = conflictOf(there, state)
  if (conflict === 'other lineage')
    fail(
      'Different state lineage',
      `There is the state of another configuration at ${place}: its lineage is ${there.lineage}, and that of the state to copy is ${state.lineage}. ${advice}`,
    )
  if (conflict === 'older')
    fail(
      'State there is newer',
      `The state at ${place} has serial ${there.serial}, and the one to copy has ${state.serial}, so changes made since would be lost. ${advice}`,
    )
  if (conflict === 'same serial')
    fail(
      'Same serial, different content',
      `The state at ${place} and the one to copy both have serial ${state.serial} and differ. ${advice}`,
    )
}

async function verify(target: Backend, state: State): Promise<void> {
  const text = await target.read()
  const copy = text === undefined ? undefined : decodeState(text, { file: target.description })
  if (copy !== undefined && encodeState(copy) === encodeState(state)) return
  fail(
    'Copy differs',
    `What was written to ${target.description} reads back ${text === undefined ? 'as nothing' : 'differently'}. The state it was copied from is as it was; go on using that, and look into the storage of the other.`,
    { file: target.description },
  )
}

function isSame(a: State, b: State): boolean {
  return a.lineage === b.lineage && a.serial === b.serial && sameContent(a, b)
}

function isNothing(state: State): boolean {
  return state.lineage === '' && isEmpty(state)
}
