// Keys to test with.
import type { Diagnostic } from '../../../src/diagnostics.ts'
import type { Encryption } from '../../../src/state/sealed/backend.ts'
import { bytesKey, passphraseKey } from '../../../src/state/sealed/seal.ts'

export const oldKey = bytesKey('old', Buffer.alloc(32, 1))
export const newKey = bytesKey('new', Buffer.alloc(32, 2))
/** Has the name of another key, and is not that key. */
export const falseKey = bytesKey('old', Buffer.alloc(32, 3))
/** As cheap as can be: what is tested is never the strength. */
export const phrase = (text: string) => passphraseKey('passphrase', text, { N: 2, r: 1, p: 1 })

export function encryptionOf(
  keys: ReturnType<Encryption['keys']>,
  more: { readonly enforced?: boolean; readonly warnings?: Diagnostic[] } = {},
): Encryption {
  return {
    keys: () => keys,
    enforced: more.enforced ?? false,
    warn: async (diagnostic) => void more.warnings?.push(diagnostic),
  }
}
