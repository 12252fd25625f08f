// A backend whose content only the holders of a key can read. The same for every kind of place.
import { type Diagnostic, fail, warning } from '../../diagnostics.ts'
import type { Backend } from '../backend.ts'
import { batches } from '../batches.ts'
import type { Store } from '../store.ts'
import { resealCopies } from './copies.ts'
import { openState, sealState } from './envelope.ts'
import { completeLines, openJournal, type Sealer, sealer } from './journal.ts'
import type { Key } from './seal.ts'

export interface Encryption {
  /** The first one seals, all open. None: nothing is sealed, and what is sealed is refused. May throw diagnostics. */
  readonly keys: () => readonly Key[]
  /** What is not sealed is refused. */
  readonly enforced: boolean
  /** Opens what is sealed, and seals nothing: only for taking the encryption off. */
  readonly takeOff?: boolean | undefined
  /** The caller sees to the backups. Else those of a state in clear are sealed when it is. */
  readonly leavesBackups?: boolean | undefined
  readonly warn: (diagnostic: Diagnostic) => Promise<void>
}

/**
 * Seals what goes into a backend, and opens what comes out of it.
 *
 * What does not open is never taken for an empty state, and never written over.
 */
export function encryptedBackend(inner: Backend, encryption: Encryption): Backend {
  const { description, journalDescription = `the journal of ${description}` } = inner
  const where = { file: description, backup: inner.backupDescription }
  /** True once this lock's holder has seen that what is there opens. */
  let seen = false
  let run: { readonly sealer: Sealer; begun: boolean } | undefined
  let journalInClear = false
  /** True while there is a state, and it is in clear. */
  let stateInClear = false
  let warned = false

  const read = async (): Promise<string | undefined> => {
    const text = await inner.read()
    if (text === undefined) {
      seen = true
      return undefined
    }
    const keys = encryption.keys()
    const opened = openState(text, keys, where)
    stateInClear = opened.key === undefined
    if (opened.key === undefined) await inClear(keys)
    else if (journalInClear) await foreignJournal()
    seen = true
    return opened.text
  }

  const inClear = async (keys: readonly Key[]): Promise<void> => {
    if (encryption.enforced) {
      fail(
        'State is not encrypted',
        `The state at ${description} is in clear, and encryption is enforced. Nothing was changed. Encrypt it with "hubform state encrypt" once you have made sure that it is the right one.`,
        { file: description },
      )
    }
    const [first] = keys
    if (first === undefined || warned) return
    warned = true
    await encryption.warn(
      warning(
        'State is not encrypted',
        `A key for states is set, but the state at ${description} is in clear. It is encrypted with the key "${first.id}" when it is written next, and so are its backups; "hubform state encrypt" does it at once. To refuse states in clear, set HUBFORM_STATE_ENCRYPTION=enforced.`,
        { file: description },
      ),
    )
  }

  /** The state is written, so whatever happens here is no failure of that. */
  const sealBackups = async (key: Key): Promise<void> => {
    const request = { keys: encryption.keys(), to: key }
    const { left } = await resealCopies((each) => inner.rewriteBackups(each), request).catch(
      (error: Error) => ({ left: [`all that there are (${error.message.replace(/\.$/, '')})`] }),
    )
    if (left.length === 0) return
    const names = left.slice(0, 5).join(', ') + (left.length > 5 ? ` and ${left.length - 5} more` : '')
    await encryption.warn(
      warning(
        'Backups not encrypted',
        `The state at ${description} is encrypted from now on, and these are as they were, perhaps in clear: ${names}. Run "hubform state encrypt", which tries again.`,
        { file: description },
      ),
    )
  }

  const foreignJournal = async (): Promise<void> => {
    const detail = `${journalDescription} ends with lines in clear, though the state at ${description} is encrypted: they were written without a key, perhaps by somebody else.`
    const place = { file: journalDescription }
    if (encryption.enforced)
      fail(
        'Journal is not encrypted',
        `${detail} Encryption is enforced, so nothing was changed. Find out who wrote them.`,
        place,
      )
    await encryption.warn(warning('Journal is not encrypted', `${detail} They are taken over.`, place))
  }

  const appendSealed = batches(async (lines) => {
    // Only called with a key.
    const key = sealingKey(encryption)
    run ??= { sealer: sealer(key as Key, completeLines((await inner.readJournal()) ?? '')), begun: false }
    const { sealer: mine, begun } = run
    const sealed = lines.map(mine.seal)
    try {
      await inner.append(begun ? sealed : [mine.header, ...sealed])
      run.begun = true
    } catch (error) {
      // Some of the lines may be there all the same, so nobody knows which number the next one has.
      run = undefined
      throw error
    }
  })

  return {
    ...inner,
    // It may only show while the lock is held.
    get journalDescription() {
      return inner.journalDescription
    },
    read,
    async write(text) {
      if (!seen) await read()
      await inner.write(sealText(text, encryption))
      const key = sealingKey(encryption)
      if (!stateInClear || key === undefined) return
      stateInClear = false
      if (encryption.leavesBackups !== true) await sealBackups(key)
    },
    async lock(info, signal, onLook) {
      // A key that cannot be had is known before anything is locked.
      encryption.keys()
      const lock = await inner.lock(info, signal, onLook)
      seen = false
      run = undefined
      return lock
    },
    async append(lines) {
      await (sealingKey(encryption) === undefined ? inner.append(lines) : appendSealed(lines))
    },
    async readJournal() {
      const text = await inner.readJournal()
      if (text === undefined) {
        journalInClear = false
        return undefined
      }
      const opened = openJournal(
        text,
        text.includes('"hubform_journal"') ? encryption.keys() : [],
        journalDescription,
      )
      journalInClear = opened.endsInClear
      return opened.text
    },
    async clearJournal() {
      await inner.clearJournal()
      run = undefined
    },
  }
}

function sealingKey({ keys, takeOff }: Encryption): Key | undefined {
  return takeOff === true ? undefined : keys()[0]
}

/** A state's text as it is kept: sealed if there is a key. */
export function sealText(text: string, encryption: Encryption): string {
  const key = sealingKey(encryption)
  return key === undefined ? text : sealState(text, key)
}

/** The same for all states of a place. */
export function encryptedStore(store: Store, encryption: Encryption): Store {
  const { workspaces } = store
  return {
    open: (workspace) => encryptedBackend(store.open(workspace), encryption),
    workspaces: workspaces && {
      ...workspaces,
      async create(name, empty) {
        await workspaces.create(name, sealText(empty, encryption))
      },
    },
  }
}
