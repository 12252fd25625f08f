// Texts that a person thought of, from which keys are made.
import { fail } from '../diagnostics.ts'
import type { Secrets } from '../review/redact.ts'

const SHORTEST = 12

/** Refuses one that could be guessed. */
export function checkPassphrase(text: string, where: string): void {
  if (text.length >= SHORTEST) return
  fail(
    'Passphrase too short',
    `A passphrase in ${where} has fewer than ${SHORTEST} characters, so whoever gets hold of what it is to protect could guess it. Nothing was changed. Take a longer one.`,
  )
}

/**
 * Hides it in all output, but for a single word: that may be part of any message, and a gap there would tell everyone
 * which word it is.
 */
export function learnPassphrase(secrets: Secrets, text: string): void {
  if (!/^\p{L}+$/u.test(text)) secrets.add(text)
}
