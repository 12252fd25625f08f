// Keeping a text secret and unchanged with a key: AES-256-GCM. State, journal and plan files all use this and nothing else.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto'

/** How a passphrase became a key. */
export interface Stretch {
  /** Base64. */
  readonly salt: string
  readonly N: number
  readonly r: number
  readonly p: number
}

/** A key by its name. What it is made of cannot be got out of it again. */
export interface Key {
  /** Never a secret: it is written beside what the key seals. */
  readonly id: string
  /** What to seal with, and what has to be known besides to open it. The same for the whole run. */
  current(): { readonly bytes: Buffer; readonly stretch: Stretch | undefined }
  /** What opens something sealed with that stretch; undefined if this key cannot be the one. */
  forStretch(stretch: Stretch | undefined): Buffer | undefined
  /** Told that it opened something with that stretch, it may seal with the same. */
  adopt(stretch: Stretch | undefined): void
}

/** What is written in clear beside something sealed, to find the key again. */
export interface KeyMark {
  readonly key: string
  readonly scrypt?: Stretch
}

export const ALGORITHM = 'aes-256-gcm'
export const KEY_LENGTH = 32

const saltLength = 16
const nonceLength = 12
const tagLength = 16

/** A key of 32 random bytes. */
export function bytesKey(id: string, bytes: Buffer): Key {
  return {
    id,
    current: () => ({ bytes, stretch: undefined }),
    forStretch: (stretch) => (stretch === undefined ? bytes : undefined),
    adopt: () => {},
  }
}

/** A key made from a passphrase. Making it takes 128 MB and a part of a second, once for each salt. */
export function passphraseKey(id: string, passphrase: string, cost: Cost = COST): Key {
  const made = new Map<string, Buffer>()
  let own: Stretch | undefined
  const derive = (stretch: Stretch): Buffer => {
    const { salt, N, r, p } = stretch
    const name = JSON.stringify([salt, N, r, p])
    const bytes =
      made.get(name) ??
      scryptSync(passphrase, Buffer.from(salt, 'base64'), KEY_LENGTH, {
        N,
        r,
        p,
        maxmem: 128 * r * (N + p + 2) + 65_536,
      })
    made.set(name, bytes)
    return bytes
  }
  return {
    id,
    current() {
      own ??= { salt: randomBytes(saltLength).toString('base64'), ...cost }
      return { bytes: derive(own), stretch: own }
    },
    forStretch: (stretch) => (stretch === undefined ? undefined : derive(stretch)),
    adopt(stretch) {
      // Spares a second derivation; only one of the same strength will do.
      if (stretch?.N === cost.N && stretch.r === cost.r && stretch.p === cost.p) own ??= stretch
    },
  }
}

type Cost = Omit<Stretch, 'salt'>

const COST: Cost = { N: 2 ** 17, r: 8, p: 1 }
/** What a file that somebody else wrote may ask for at most. */
const LIMIT: Cost = { N: 2 ** 19, r: 8, p: 4 }

/** Reads what is written beside something sealed; undefined if it cannot have been written by us. */
export function decodeMark(key: unknown, scrypt: unknown): KeyMark | undefined {
  if (typeof key !== 'string') return undefined
  if (scrypt === undefined) return { key }
  if (typeof scrypt !== 'object' || scrypt === null) return undefined
  const { salt, N, r, p } = scrypt as { readonly [name: string]: unknown }
  const within = (value: unknown, limit: number): value is number =>
    Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= limit
  if (!within(N, LIMIT.N) || N < 2 || (N & (N - 1)) !== 0 || !within(r, LIMIT.r) || !within(p, LIMIT.p))
    return undefined
  // What scrypt itself cannot do.
  if (N >= 2 ** (16 * r)) return undefined
  return typeof salt === 'string' ? { key, scrypt: { salt, N, r, p } } : undefined
}

/** The mark of a key, and what to seal with. */
export function markOf(key: Key): { readonly mark: KeyMark; readonly bytes: Buffer } {
  const { bytes, stretch } = key.current()
  return { mark: { key: key.id, ...(stretch !== undefined && { scrypt: stretch }) }, bytes }
}

/** Seals a text: base64 of salt, nonce, tag and what is hidden. `about` is not hidden, but must be the same to open it. */
export function seal(text: Buffer, about: string, bytes: Buffer): string {
  const salt = randomBytes(saltLength)
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(ALGORITHM, derive(bytes, salt), nonce)
  cipher.setAAD(Buffer.from(about))
  const hidden = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), hidden]).toString('base64')
}

/** Opens what `seal` made. Undefined if the key is another one, or anything was changed. */
export function unseal(sealed: string, about: string, bytes: Buffer): Buffer | undefined {
  const all = Buffer.from(sealed, 'base64')
  // The decoder skips what is not base64, so that more than one text would stand for the same bytes.
  if (all.length < saltLength + nonceLength + tagLength || all.toString('base64') !== sealed) return undefined
  const salt = all.subarray(0, saltLength)
  const nonce = all.subarray(saltLength, saltLength + nonceLength)
  const tag = all.subarray(saltLength + nonceLength, saltLength + nonceLength + tagLength)
  const decipher = createDecipheriv(ALGORITHM, derive(bytes, salt), nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(about))
  decipher.setAuthTag(tag)
  try {
    const text = decipher.update(all.subarray(saltLength + nonceLength + tagLength))
    return Buffer.concat([text, decipher.final()])
  } catch {
    // Authentication is the only thing that fails here, and the caller says what that means.
    return undefined
  }
}

export type Opened =
  | { readonly kind: 'opened'; readonly text: Buffer; readonly key: Key; readonly bytes: Buffer }
  /** None of the keys has the name that is written there, and none opens it. */
  | { readonly kind: 'key missing' }
  /** The key of that name is another key, or something was changed. */
  | { readonly kind: 'not opened' }

/** Opens with whichever key fits, that of the right name first. A key may have been given another name since. */
export function openWith(keys: readonly Key[], mark: KeyMark, sealed: string, about: string): Opened {
  const named = keys.filter(({ id }) => id === mark.key)
  for (const key of [...named, ...keys.filter((one) => !named.includes(one))]) {
    const bytes = key.forStretch(mark.scrypt)
    const text = bytes === undefined ? undefined : unseal(sealed, about, bytes)
    if (bytes === undefined || text === undefined) continue
    key.adopt(mark.scrypt)
    return { kind: 'opened', text, key, bytes }
  }
  return { kind: named.length === 0 ? 'key missing' : 'not opened' }
}

/** A key of its own for each sealed text, so that no nonce can ever meet the same key again. */
function derive(bytes: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, salt, 'hubform seal', KEY_LENGTH))
}
