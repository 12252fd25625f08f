// Encrypting a state that is there, taking its encryption off, and giving it another key.
import { fail } from '../../diagnostics.ts'
import type { Backend } from '../backend.ts'
import { sameContent } from '../content.ts'
import { readState } from '../look.ts'
import { isUnsettled } from '../recovered.ts'
import type { Session } from '../session.ts'
import type { State } from '../state.ts'
import { encryptedBackend } from './backend.ts'
import { type Copies, resealCopies } from './copies.ts'
import { openState } from './envelope.ts'
import type { Key } from './seal.ts'

export interface ResealRequest {
  /** Any of them opens what is there. */
  readonly keys: readonly Key[]
  /** Seals from now on; undefined leaves the state in clear. */
  readonly to: Key | undefined
  /** Locks and reads. */
  readonly open: (backend: Backend) => Promise<Session>
}

export interface Resealed {
  readonly found: boolean
  /** What opened it; undefined if it was in clear. */
  readonly from: Key | undefined
  /** Undefined if there was nothing to do. */
  readonly written: State | undefined
  readonly lineage: string
  /** Its backups. */
  readonly copies: Copies
}

/**
 * Writes a state anew, sealed in another way, under its lock, with one serial more: servers that keep every serial once
 * would refuse the same one. Then the backups, of which one is new: what the state was before.
 *
 * A process that dies at any point leaves the state before or the one after, and everything opens with the same keys. Done
 * once more, it goes on with what is left. Throws a diagnostic over an interrupted run, whose journal may be sealed with a
 * key that is about to go.
 */
export async function reseal(inner: Backend, { keys, to, open }: ResealRequest): Promise<Resealed> {
  const ordered = to === undefined ? keys : [to, ...keys.filter((key) => key !== to)]
  const backend = encryptedBackend(inner, {
    keys: () => ordered,
    enforced: false,
    takeOff: to === undefined,
    leavesBackups: true,
    // Whoever asks for this has been told, or is about to be.
    warn: async () => {},
  })
  const session = await open(backend)
  try {
    const { recovered } = session
    if (recovered !== undefined && isUnsettled(recovered)) unfinished(inner, recovered.startedAt)
    const text = await inner.read()
    const where = { file: inner.description, backup: inner.backupDescription }
    const from = text === undefined ? undefined : openState(text, ordered, where).key
    // All of it is in the state by now. It must not outlive its key.
    await backend.clearJournal()
    const found = text !== undefined
    const written = found && from !== to ? await rewrite(inner, session, to) : undefined
    const copies = await resealCopies((each) => inner.rewriteBackups(each), { keys: ordered, to })
    return { found, from, written, lineage: session.state.lineage, copies }
  } finally {
    await session.close()
  }
}

async function rewrite(inner: Backend, session: Session, to: Key | undefined): Promise<State> {
  const { state } = session
  const written = await session.replace({ ...state, serial: state.serial + 1 })
  const kept = await readState(
    encryptedBackend(inner, {
      keys: () => (to === undefined ? [] : [to]),
      enforced: to !== undefined,
      warn: async () => {},
    }),
  )
  if (!sameContent(kept, written)) notKept(inner)
  return written
}

function unfinished({ description }: Backend, startedAt: string): never {
  return fail(
    'Earlier run did not finish',
    `A run that began ${startedAt || 'earlier'} ended before it was done, and what it recorded is still in the journal beside the state at ${description}. Nothing was changed. Run "hubform apply" first, with the keys that are set now, which settles it.`,
    { file: description },
  )
}

function notKept({ description, backupDescription }: Backend): never {
  return fail(
    'State not as written',
    `The state at ${description} was written and reads differently now. Keep every key, run nothing else, and compare it with ${backupDescription ?? 'its backup'}.`,
    { file: description },
  )
}
