// A locked state for the time of a piece of work.
import { randomUUID } from 'node:crypto'
import { warning } from '../diagnostics.ts'
import { info } from '../review/messages.ts'
import type { Progress } from '../state/announcement.ts'
import type { LockInfo } from '../state/backend.ts'
import type { Intent } from '../state/journal.ts'
import { keepErrored } from '../state/local/errored.ts'
import { describeOperation } from '../state/lock-wait.ts'
import type { Recovered } from '../state/recovered.ts'
import { sealText } from '../state/sealed/backend.ts'
import { openSession, type Session } from '../state/session.ts'
import type { State } from '../state/state.ts'
import { openBackend, type StatePlace } from './places.ts'
import { learnState } from './secrets.ts'
import type { Shell } from './shell.ts'
import { encryptionFor } from './state-keys.ts'
import { lockClock, whoAmI } from './world.ts'

export interface SessionWork<T> {
  readonly place: StatePlace
  /** As Terraform names it in locks: `OperationTypeApply`. */
  readonly operation: string
  readonly lockTimeout: number
  readonly work: (session: Session) => Promise<T>
  /** True if the work puts another state in the place whatever is there. */
  readonly replaces?: boolean | undefined
}

/** How every session of this process locks: under which name, for how long it waits, whom it tells. */
export function sessionOptions(shell: Shell, lockTimeout: number) {
  return {
    who: whoAmI(),
    version: shell.version,
    lockTimeoutMs: lockTimeout,
    clock: lockClock,
    newId: randomUUID,
    signal: shell.stops.interrupt,
    onWait: (words: string) => {
      // As Terraform does while it waits for a lock.
      if (shell.stream === undefined) shell.terminal.complain(words)
      else shell.stream.say([info('state_lock_acquire', words, {})])
    },
    onTakeOver: (from: LockInfo, path: string) => shell.report([takeOverNotice(from, path)]),
  }
}

/** Locks a state, says what an earlier run left, does the work, and gives the lock back whatever happens. */
export async function withSession<T>(
  shell: Shell,
  { place, operation, lockTimeout, work, replaces }: SessionWork<T>,
): Promise<T> {
  const backend = await openBackend(place, shell)
  const session = await openSession({
    backend,
    operation,
    replaces,
    ...sessionOptions(shell, lockTimeout),
    rescue: (text) => keepErrored(shell.cwd, sealText(text, encryptionFor(shell))),
  })
  try {
    learnState(shell.secrets, session.state)
    if (session.recovered !== undefined)
      await shell.report([recoveryNotice(session.recovered, session.state, backend.description)])
    return await work(session)
  } finally {
    await session.close()
  }
}

function takeOverNotice({ ID, Who, Created }: LockInfo, path: string) {
  return warning(
    'Lock taken over',
    `The lock on the state at ${path} was taken over from ${Who}, who held it since ${Created} (lock id ${ID}) and gave no sign of life any more. Should that run wake up, it can no longer write.`,
    { file: path },
  )
}

function recoveryNotice(
  { outcomes, openIntents, startedAt, operation, plan, progress, writtenSince, hidden }: Recovered,
  { records }: Pick<State, 'records'>,
  path: string,
) {
  const kept =
    outcomes === 0
      ? ''
      : ` What it had recorded, and the state does not hold yet, is taken over.${writtenSince ? ' Another program has written the state since, which is kept: only objects that the run made are added.' : ''}`
  const what = [
    ...(operation === undefined ? [] : [describeOperation(operation)]),
    ...(plan === undefined ? [] : [`plan ${plan.id}`]),
  ].join(' of ')
  // Half of what it was to make, or all of it, pushed or imported since.
  const isMade = ({ action, key }: Intent) => action === 'create' && records.has(key)
  const recorded = openIntents.filter(isMade)
  const covered = recorded.filter(({ key }) => hidden.includes(key))
  const made = recorded.filter((intent) => !covered.includes(intent))
  const open = openIntents.filter((intent) => !isMade(intent))
  const looked = [
    made.length === 0 ? '' : ` These had not ended, and their objects are recorded by now: ${named(made)}.`,
    open.length === 0
      ? ''
      : ` Nobody knows whether these took effect: ${named(open)}. Planning looks for what they did.`,
    covered.length === 0
      ? ''
      : ` Nobody knows whether these took effect, and another program has recorded an object there since, the same or another one: ${named(covered)}. Look in the service whether there is one too many.`,
  ].join('')
  const end = covered.length === 0 ? ' Nothing has to be repaired by hand.' : ''
  return warning(
    'Earlier run did not finish',
    `A run${what === '' ? '' : ` (${what})`} that began ${startedAt || 'earlier'} ended before it was done.${progress === undefined ? '' : progressWords(progress)}${kept}${looked}${end}`,
    { file: path },
  )
}

function named(intents: readonly Intent[]): string {
  const names = intents.map(({ action, key }) => `${action} ${key}`)
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}

function progressWords({ ended, begun, notBegun }: Progress): string {
  const total = ended + begun.length + notBegun.length
  const changes = `${total} ${total === 1 ? 'change' : 'changes'}`
  const underWay = `${begun.length} ${begun.length === 1 ? 'was' : 'were'} under way`
  return ` Of its ${changes}, ${ended} had ended, ${underWay}, and ${notBegun.length} had not begun.`
}
