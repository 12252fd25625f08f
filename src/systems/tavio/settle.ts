// What comes after a change: finding the new object, and waiting until the service shows what it was told.
import { fail } from '../../diagnostics.ts'
import type { Call } from '../../provider/call.ts'
import { UnknownOutcome } from '../../provider/uncertain.ts'
import type { Created } from './client.ts'

/** How long a service may lag behind its own writes. */
const LAG_MS = 30_000
const LOOKS = 6

/**
 * The id of what was just created: from the answer, or of the one listed object that is like what was sent.
 *
 * Throws a diagnostic, naming what may exist, when it cannot be told: UnknownOutcome if a later run may find out.
 */
export async function idOf<T extends { readonly id?: string | undefined }>(
  call: Call,
  args: {
    /** `tavio_user "ada@acme.example"`. */
    readonly what: string
    readonly created: Created<T>
    readonly list: () => Promise<readonly T[] | undefined>
    readonly alike: (listed: T) => boolean
  },
): Promise<string> {
  if (args.created.id !== undefined) return args.created.id
  let looks = 0
  const look = call.poll({
    what: `${args.what} to be listed`,
    probe: async () => {
      looks += 1
      return (await args.list())?.filter(args.alike)
    },
    until: (alike) => alike === undefined || alike.length > 0 || looks >= LOOKS,
    timeoutMs: LAG_MS,
  })
  const found = await look.catch((error: unknown) => {
    if (call.signal.aborted) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnknownOutcome(
      `${args.what} was created, but finding out its id failed: ${reason} Run again: the next plan looks for it first.`,
      { cause: error },
    )
  })
  const [only, ...others] = found ?? []
  if (only?.id !== undefined && others.length === 0) return only.id
  const seen =
    found === undefined ? 'it cannot list such objects' : `it lists ${found.length} objects like it`
  return fail(
    'Created object not identified',
    `The service said that ${args.what} was created, but not under which id, and ${seen}. It probably exists: find its id in the service and import it.`,
  )
}

/** Reads what was just created. The service may need some seconds to find it. */
export async function readBack<T>(call: Call, what: string, read: () => Promise<T | undefined>): Promise<T> {
  const found = await call.poll({
    what: `${what} to be readable after it was created`,
    probe: read,
    until: (answer) => answer !== undefined,
    describe: () => 'it could not be found',
    timeoutMs: LAG_MS,
    intervalMs: 100,
  })
  if (found === undefined) throw new TypeError('a poll ended before its condition held')
  return found
}

/** Reads what was just changed, a few times if it does not show the change yet; then takes what there is. */
export async function readChanged<T>(
  call: Call,
  what: string,
  read: () => Promise<T>,
  shows: (answer: T) => boolean,
): Promise<T> {
  let looks = 0
  return await call.poll({
    what: `${what} to show its change`,
    probe: async () => {
      looks += 1
      return await read()
    },
    until: (answer) => looks >= LOOKS || shows(answer),
    timeoutMs: LAG_MS,
    intervalMs: 100,
  })
}

/** Waits until something deleted cannot be read any more. */
export async function untilGone(
  call: Call,
  what: string,
  read: () => Promise<unknown>,
  timeoutMs: number = LAG_MS,
): Promise<void> {
  await call.poll({
    what: `${what} to be gone`,
    probe: read,
    until: (answer) => answer === undefined,
    describe: () => 'it could still be read',
    timeoutMs,
    intervalMs: 100,
  })
}

/** True if an answer tells all of these keys, in either spelling, so that reading would tell nothing more. */
export function tells(raw: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.every(
    (key) => raw[key] !== undefined || raw[key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)] !== undefined,
  )
}
