// Encrypting a state that is there, taking its encryption off, and giving it another key.
import { fail } from '../../diagnostics.ts'
import type { Backend } from '../backend.ts'
import { sameContent } from '../content.ts'
import { readState, type Session } from '../session.ts'
import type { State } from '../state.ts'
import { encryptedBackend } from './backend.ts'
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
  /** What opened it; undefined if it was in clear. */
  readonly from: Key | undefined
  /** Undefined if there was nothing to do. */
  readonly written: State | undefined
}

/**
 * Writes a state anew, sealed in another way, under its lock, with one serial more: servers that keep every serial once
 * would refuse the same one. Undefined if there is no state.
 *
 * A process that dies at any point leaves the state before or the one after, and a journal that opens with the same keys.
 * Throws a diagnostic over an interrupted run, whose journal may be sealed with a key that is about to go.
 */
export async function reseal(
  inner: Backend,
  { keys, to, open }: ResealRequest,
): Promise<Resealed | undefined> {
  const ordered = to === undefined ? keys : [to, ...keys.filter((key) => key !== to)]
  const backend = encryptedBackend(inner, {
    keys: () => ordered,
    enforced: false,
    takeOff: to === undefined,
    // Whoever asks for this has been told, or is about to be.
    warn: async () => {},
  })
  const session = await open(backend)
  try {
    const text = await inner.read()
    if (text === undefined) return undefined
    if (session.recovered !== undefined) unfinished(inner, session.recovered.startedAt)
    const { key: from } = openState(text, ordered, {
      file: inner.description,
      backup: inner.backupDescription,
    })
    if (from === to) return { from, written: undefined }
    // All of it is in the state by now. It must not outlive its key.
    await backend.clearJournal()
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
    return { from, written }
  } finally {
    await session.close()
  }
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
