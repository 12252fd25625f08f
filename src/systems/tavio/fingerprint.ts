// Tells whether secret values are the same as before, without keeping them.
import { createHmac, hkdfSync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Secret values by key; null counts as a value of its own. */
export type SecretValues = Readonly<Record<string, string | null>>

export interface Fingerprints {
  /** True if there is a key, so that making one costs next to nothing. */
  readonly keyed: boolean
  /**
   * `hmac-sha256:2:<hash>` with a key, else `scrypt:<cost>:<salt>:<hash>`. Nothing of the values can be read from it,
   * nor whether another object has the same ones. `of` says which object it is, and must never change for it.
   */
  readonly make: (values: SecretValues, of: readonly string[]) => Promise<string>
  /** True if the fingerprint was made of these values. False also when it cannot be told, as with another key. */
  readonly verify: (values: SecretValues, fingerprint: string, of: readonly string[]) => Promise<boolean>
}

// 8 MB and some 20 ms for each guess, off the main thread. A thousand configurations must stay bearable.
const COST = 8_192
const BYTES = 32

/**
 * With a key, equal values of one object have equal fingerprints and making one is fast; without, each has a salt of its
 * own. The key is bound to the object and not to the state's lineage, which a plugin of Terraform is never told: state
 * may move between engines, and they must agree.
 */
export function makeFingerprints(key: string | undefined): Fingerprints {
  return {
    keyed: key !== undefined,
    make: async (values, of) => {
      if (key !== undefined) return `hmac-sha256:2:${hmac(keyOf(key, of), values)}`
      const salt = randomBytes(16)
      const hash = await derive(values, salt, COST)
      return `scrypt:${COST}:${salt.toString('base64')}:${hash.toString('base64')}`
    },
    verify: async (values, fingerprint, of) => {
      const [kind, ...rest] = fingerprint.split(':')
      if (kind === 'hmac-sha256' && key !== undefined) {
        const [first = '', hash = ''] = rest
        // Those of the first form, made with the key itself, stay good until the secrets change.
        return first === '2' ? same(hmac(keyOf(key, of), values), hash) : same(hmac(key, values), first)
      }
      if (kind !== 'scrypt') return false
      const [cost = '', salt = '', hash = ''] = rest
      // A cost from a file someone edited must not be able to stop the machine.
      if (!/^\d{3,6}$/.test(cost) || Number(cost) > 8 * COST || hash === '') return false
      const derived = await derive(values, Buffer.from(salt, 'base64'), Number(cost)).catch(() => undefined)
      return derived !== undefined && same(derived.toString('base64'), hash)
    },
  }
}

/** The same text for the same map, whatever the order of its keys, and never for two different maps. */
export function canonical(values: SecretValues): string {
  const keys = Object.keys(values).sort()
  return JSON.stringify(keys.map((key) => [key, values[key] ?? null]))
}

function keyOf(key: string, of: readonly string[]): Buffer {
  return Buffer.from(hkdfSync('sha256', key, JSON.stringify(of), 'hubform fingerprint', BYTES))
}

function hmac(key: string | Buffer, values: SecretValues): string {
  return createHmac('sha256', key).update(canonical(values)).digest('base64')
}

async function derive(values: SecretValues, salt: Buffer, cost: number): Promise<Buffer> {
  const limits = { N: cost, r: 8, p: 1, maxmem: 2 * 128 * cost * 8 + 65_536 }
  return await new Promise((resolve, reject) => {
    scrypt(canonical(values), salt, BYTES, limits, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
