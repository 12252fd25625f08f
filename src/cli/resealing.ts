// Encrypting a state, taking its encryption off, and giving it another key: what the verbs do.
import { fail } from '../diagnostics.ts'
import { openStore } from '../state/open-store.ts'
import { reseal } from '../state/sealed/reseal.ts'
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
  const inner = (await openStore(place, shell.env)).open(place.workspace)
  const done = await reseal(inner, {
    keys: keys(),
    to: how === 'decrypt' ? undefined : first,
    open: (backend) =>
      openSession({ backend, operation: `state ${how}`, ...sessionOptions(shell, lockTimeout) }),
  })
  const { say } = shell.terminal
  if (done === undefined) return say(`There is no state at ${inner.description} yet.`)
  const now = (key: Key | undefined) =>
    key === undefined ? 'in clear' : `encrypted with the key "${key.id}"`
  const { from, written } = done
  if (written === undefined) return say(`The state at ${inner.description} is ${now(from)} already.`)
  say(
    how === 'decrypt'
      ? `The state at ${inner.description} is now in clear, at serial ${written.serial}. Take the keys away from the settings, or the next command that changes it encrypts it again.`
      : `The state at ${inner.description} is now ${now(first)}, at serial ${written.serial}.`,
  )
  if (how !== 'decrypt') say(adviceOnBackups(inner.backupDescription, from))
}

function adviceOnBackups(backup: string | undefined, from: Key | undefined): string {
  const where = backup === undefined ? '' : `, such as ${backup},`
  return from === undefined
    ? `Earlier copies${where} are still in clear. Remove them once you have made sure that the key is kept safe: without it nobody can read the state.`
    : `Earlier copies${where} open with the key "${from.id}" only. Keep that key as long as you keep them.`
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
