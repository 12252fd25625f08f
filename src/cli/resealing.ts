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

export interface ResealOptions {
  readonly lockTimeout: number
  /** Instead of the chosen one. */
  readonly allWorkspaces: boolean
}

/** Does it to one state or to those of all workspaces, and says what was done and what is left to do. */
export async function resealStates(
  shell: Shell,
  place: StatePlace,
  { lockTimeout, allWorkspaces }: ResealOptions,
  how: Reseal,
): Promise<void> {
  const { keys, enforced } = encryptionFor(shell)
  const [first] = keys()
  if (first === undefined) return noKey(how)
  if (how === 'decrypt' && enforced) return staysEncrypted()
  const request = { keys: keys(), to: how === 'decrypt' ? undefined : first }
  const store = await openStore(place, shell.env)
  const all = (await store.workspaces?.list()) ?? [place.workspace]
  const { say } = shell.terminal
  const left: string[] = []
  let changed = false
  for (const workspace of allWorkspaces ? all : [place.workspace]) {
    const inner = store.open(workspace)
    const done = await reseal(inner, {
      ...request,
      open: (backend) =>
        openSession({ backend, operation: `state ${how}`, ...sessionOptions(shell, lockTimeout) }),
    })
    const errored = await resealErrored(shell.cwd, done.lineage, request)
    say(words(inner.description, done, request.to))
    const copies = done.copies.written + errored.written
    if (copies > 0)
      say(
        `${copies} earlier ${copies === 1 ? 'copy, which Hubform keeps, is' : 'copies, which Hubform keeps, are'} now ${now(request.to)}, too.`,
      )
    changed ||= done.written !== undefined || copies > 0
    left.push(...done.copies.left, ...errored.left)
  }
  if (changed) say(advice(how))
  const others = all.filter((name) => name !== place.workspace)
  if (!allWorkspaces && others.length > 0)
    say(
      `There are other workspaces, each with a state of its own: ${bounded(others)}. With --all-workspaces all are done.`,
    )
  await shell.report(notDone(how, [...new Set(left)]))
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
  return written === undefined
    ? `The state at ${place} is ${now(from)} already.`
    : `The state at ${place} is now ${now(to)}, at serial ${written.serial}.`
}

function now(key: Key | undefined): string {
  return key === undefined ? 'in clear' : `encrypted with the key "${key.id}"`
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

function bounded(names: readonly string[]): string {
  return names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ` and ${names.length - NAMED} more` : '')
}

function notDone(how: Reseal, left: readonly string[]): readonly Diagnostic[] {
  if (left.length === 0) return []
  return [
    warning(
      'Copies left as they were',
      `None of the keys that are set opens ${bounded(left)}; or what is there is damaged. The state itself is done. Set the key they were encrypted with after the others and run "hubform state ${how}" again; or remove them.`,
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
