// Earlier contents of a state, sealed in another way. Nobody waits for them, so what does not open is left and told.
import { DiagnosticError } from '../../diagnostics.ts'
import type { RewriteBackup } from '../backend.ts'
import { openState, sealState } from './envelope.ts'
import type { Key } from './seal.ts'

/** What became of the copies of one state. */
export interface Copies {
  /** How many are sealed as asked, for which they had to be written. */
  readonly written: number
  /** Names of those that are as they were, as none of the keys opens them, or they were damaged. */
  readonly left: readonly string[]
}

/**
 * Seals every copy that `each` hands over with `to`, or puts it in clear; then looks at them all once more.
 *
 * Copies in clear need not be whole to be sealed.
 */
export async function resealCopies(
  each: (rewrite: RewriteBackup) => Promise<void>,
  { keys, to }: { readonly keys: readonly Key[]; readonly to: Key | undefined },
): Promise<Copies> {
  let written = 0
  await each((text, where) => {
    const opened = findOpened(text, keys, where)
    if (opened === undefined || opened.key === to) return undefined
    written += 1
    return to === undefined ? opened.text : sealState(opened.text, to)
  })
  const left: string[] = []
  const target = to === undefined ? [] : [to]
  await each((text, where) => {
    const opened = findOpened(text, target, where)
    if (opened === undefined || opened.key !== to) left.push(where)
    return undefined
  })
  return { written, left }
}

function findOpened(text: string, keys: readonly Key[], where: string) {
  try {
    return openState(text, keys, { file: where })
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined
    throw error
  }
}
