// Keeping a text secret and unchanged with a key: AES-256-GCM.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto'

/** A key as given: a passphrase of a person, or random bytes. */
export type Key =
  | { readonly kind: 'passphrase'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }

const saltLength = 16
const nonceLength = 12
const tagLength = 16

/** Salt, nonce, tag and the sealed text. `header` is not hidden, but cannot be changed without notice. */
export function seal(text: Buffer, header: string, key: Key): Buffer {
  const salt = randomBytes(saltLength)
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', derive(key, salt), nonce)
  cipher.setAAD(Buffer.from(header))
  const sealed = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed])
}

/** Opens what `seal` made. Undefined if the key is another one, or anything was changed. */
export function unseal(sealed: Buffer, header: string, key: Key): Buffer | undefined {
  if (sealed.length < saltLength + nonceLength + tagLength) return undefined
  const salt = sealed.subarray(0, saltLength)
  const nonce = sealed.subarray(saltLength, saltLength + nonceLength)
  const tag = sealed.subarray(saltLength + nonceLength, saltLength + nonceLength + tagLength)
  const decipher = createDecipheriv('aes-256-gcm', derive(key, salt), nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(header))
  decipher.setAuthTag(tag)
  try {
    const text = decipher.update(sealed.subarray(saltLength + nonceLength + tagLength))
    return Buffer.concat([text, decipher.final()])
  } catch {
    // Authentication is the only thing that fails here, and the caller says what that means.
    return undefined
  }
}

function derive(key: Key, salt: Buffer): Buffer {
  if (key.kind === 'bytes') return Buffer.from(hkdfSync('sha256', key.bytes, salt, 'hubform plan', 32))
  return scryptSync(key.text, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 })
}
