// Encrypting a state, taking its encryption off, and giving it another key: what the verbs do.
import { type Diagnostic, fail, warning } from '../diagnostics.ts'
import { rewriteErrored } from '../state/local/errored.ts'
import { openStore } from '../state/open-store.ts'
import { type Copies, resealCopies } from '../state/sealed/copies.ts'
import { lineageIn } from '../state/sealed/envelope.ts'
import { type Resealed, reseal } from '../state/sealed/reseal.ts'
import type { Key } from '../state/sealed/seal.ts'
import { openSession } from '../state/session.ts'
import type { StatePlace } from './places.ts'
import { sessionOptions } from './sessions.ts'
import type { Shell } from './shell.ts'
import { encryptionFor } from './state-keys.ts'

export type Reseal = 'encrypt' | 'decrypt' | 'rotate'

/** Does it to one state, and says what was done and what is left to do. */
export async function resealState(
  shell: Shell,
  place: StatePlace,
  lockTimeout: number,
  how: Reseal,
): Promise<void> {
  const { keys, enforced } = encryptionFor(shell)
  const [first] = keys()
  if (first === undefined) return noKey(how)
  if (how === 'decrypt' && enforced) return staysEncrypted()
  const to = how === 'decrypt' ? undefined : first
  const inner = (await openStore(place, shell.env)).open(place.workspace)
  const done = await reseal(inner, {
    keys: keys(),
    to,
    open: (backend) =>
      openSession({ backend, operation: `state ${how}`, ...sessionOptions(shell, lockTimeout) }),
  })
  const errored = await resealErrored(shell.cwd, done.lineage, { keys: keys(), to })
  const { say } = shell.terminal
  say(words(inner.description, done, to))
  const written = done.copies.written + errored.written
  if (written > 0)
    say(
      `So ${written === 1 ? 'is one copy' : `are ${written} copies`} of what it was before, which Hubform keeps.`,
    )
  if (done.written !== undefined || written > 0) say(advice(how))
  await shell.report([...notDone(how, [...done.copies.left, ...errored.left])])
}

/** What runs could not save. Of another state in the same directory it is sealed as well, but never put in clear. */
function resealErrored(
  directory: string,
  lineage: string,
  keys: Parameters<typeof resealCopies>[1],
): Promise<Copies> {
  const isMeant = (own: string | undefined) => keys.to !== undefined || (own ?? lineage) === lineage
  return resealCopies(
    (rewrite) =>
      rewriteErrored(directory, (text, where) =>
        isMeant(lineageIn(text)) ? rewrite(text, where) : undefined,
      ),
    keys,
  )
}

function words(place: string, { found, from, written }: Resealed, to: Key | undefined): string {
  if (!found) return `There is no state at ${place} yet.`
  const now = (key: Key | undefined) =>
    key === undefined ? 'in clear' : `encrypted with the key "${key.id}"`
  return written === undefined
    ? `The state at ${place} is ${now(from)} already.`
    : `The state at ${place} is now ${now(to)}, at serial ${written.serial}.`
}

function advice(how: Reseal): string {
  switch (how) {
    case 'encrypt':
      return 'Keep the key safe: without it nobody can read the state. What the disk or the server itself keeps of earlier content, such as versions, snapshots and backups of its own, is still in clear.'
    case 'rotate':
      return 'Take the old key away from the settings once all stacks and workspaces are done. What the disk or the server itself keeps of earlier content, such as versions, snapshots and backups of its own, still opens with it.'
    case 'decrypt':
      return 'Take the keys away from the settings, or the next command that changes the state encrypts it again.'
  }
}

/** So many are named. */
const NAMED = 5

function notDone(how: Reseal, left: readonly string[]): readonly Diagnostic[] {
  if (left.length === 0) return []
  const names =
    left.slice(0, NAMED).join(', ') + (left.length > NAMED ? ` and ${left.length - NAMED} more` : '')
  return [
    warning(
      'Copies left as they were',
      `None of the keys that are set opens ${names}; or what is there is damaged. The state itself is done. Set the key they were encrypted with after the others and run "hubform state ${how}" again; or remove them.`,
    ),
  ]
}

function noKey(how: Reseal): never {
  return fail(
    'No state key',
    `There is no key to ${how} with. Set HUBFORM_STATE_KEY, HUBFORM_STATE_KEY_FILE, HUBFORM_STATE_KEY_COMMAND or HUBFORM_STATE_PASSPHRASE; or name one in .hubform/encryption.json.`,
  )
}

function staysEncrypted(): never {
  return fail(
    'Encryption is enforced',
    'The state stays encrypted, since encryption is enforced here: by HUBFORM_STATE_ENCRYPTION or in .hubform/encryption.json. Take that away first, if it is meant.',
  )
}
