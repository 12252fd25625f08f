import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../../src/systems/tavio/durations.ts'
import { canonical, makeFingerprints } from '../../../src/systems/tavio/fingerprint.ts'
import { parseImport, pick } from '../../../src/systems/tavio/import-id.ts'
import { HIDDEN, redact } from '../../../src/systems/tavio/redact.ts'
import { backoffMs, classifyFailure, retryAfterMs } from '../../../src/systems/tavio/retry.ts'
import { defaultStatusWords, enabledOf, standingOf } from '../../../src/systems/tavio/status.ts'
import { TokenSlot } from '../../../src/systems/tavio/token.ts'

describe('durations', () => {
  it.each<[string, number | undefined]>([
    ['10m', 600_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['10', undefined],
    ['', undefined],
    ['-5m', undefined],
    ['5 m', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })
})

describe('fingerprints', () => {
  const values = { a: 'one', b: null }
  const of = ['acme', 'export']
  it.each([
    ['with a key', 'k', /^hmac-sha256:2:[\w+/=]{44}$/],
    ['without a key', undefined, /^scrypt:\d+:[\w+/=]{24}:[\w+/=]{44}$/],
  ] as const)('%s they tell equal from different, and nothing else', async (_name, key, form) => {
    const { make, verify } = makeFingerprints(key)
    const made = await make(values, of)
    expect(made).toMatch(form)
    expect(await verify({ b: null, a: 'one' }, made, of)).toBe(true)
    expect(await verify({ a: 'one' }, made, of)).toBe(false)
    expect(await verify({ a: 'two', b: null }, made, of)).toBe(false)
  })
  it('salted ones of the same values differ', async () => {
    const { make } = makeFingerprints(undefined)
    expect(await make(values, of)).not.toBe(await make(values, of))
  })
  it('one made with another key, or made up, fits nothing', async () => {
    const { verify } = makeFingerprints('k')
    for (const text of [
      await makeFingerprints('other').make(values, of),
      await makeFingerprints('k').make(values, ['other', 'export']),
      'hmac-sha256:2:',
      'scrypt:999999999:AA:AA',
      'scrypt:3:AA:AA',
      '',
      'x:y',
    ])
      expect(await verify(values, text, of)).toBe(false)
  })
  it('keyed ones do not show that two objects have the same secrets', async () => {
    const { make } = makeFingerprints('k')
    const made = await Promise.all(
      [of, ['acme', 'import'], ['globex', 'export'], ['acme","export']].map((one) => make(values, one)),
    )
    expect(new Set(made).size).toBe(4)
  })
  it('one of the first form, made with the key itself, stays good', async () => {
    const hash = createHmac('sha256', 'k').update(canonical(values)).digest('base64')
    const { verify } = makeFingerprints('k')
    expect(await verify(values, `hmac-sha256:${hash}`, of)).toBe(true)
    expect(await verify({ a: 'two' }, `hmac-sha256:${hash}`, of)).toBe(false)
    expect(await makeFingerprints(undefined).verify(values, `hmac-sha256:${hash}`, of)).toBe(false)
  })
  it('no two maps have the same canonical text', () => {
    const map = fc.dictionary(fc.string(), fc.option(fc.string()))
    fc.assert(
      fc.property(map, map, (a, b) => {
        const same =
          Object.keys(a).length === Object.keys(b).length &&
          Object.keys(a).every((k) => Object.hasOwn(b, k) && a[k] === b[k])
        expect(canonical(a) === canonical(b)).toBe(same)
      }),
    )
  })
})

describe('redaction', () => {
  it.each<[string, string, readonly string[], string]>([
    ['a plain secret', 'key abcd1234!', ['abcd1234'], `key ${HIDDEN}!`],
    ['the longer of two', 'abcdefgh', ['abcd', 'abcdefgh'], HIDDEN],
    ['URL-encoded', 'p=a%2Fb%20c', ['a/b c'], `p=${HIDDEN}`],
    ['JSON-escaped', '{"p":"say \\"hi\\""}', ['say "hi"'], `{"p":"${HIDDEN}"}`],
    ['base64', Buffer.from('hunter22').toString('base64'), ['hunter22'], HIDDEN],
    ['a short one as a word', 'pin 7 of 77', ['7'], `pin ${HIDDEN} of 77`],
    ['signs that patterns use', 'a+b? a+b', ['a+b'], `${HIDDEN}? ${HIDDEN}`],
    ['nothing', 'all is well', [''], 'all is well'],
  ])('hides %s', (_name, text, secrets, clean) => {
    expect(redact(text, secrets)).toBe(clean)
  })
  it('leaves no secret of four signs or more', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 4 }), fc.string(), (before, secret, after) => {
        fc.pre(!HIDDEN.includes(secret))
        const clean = redact(`${before}${secret}${after}`, [secret])
        expect(clean.split(HIDDEN).some((part) => part.includes(secret))).toBe(false)
      }),
    )
  })
})

describe('retries', () => {
  const { signal } = new AbortController()
  it.each<[string, unknown, string]>([
    ['a refused connection', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'unsent'],
    [
      'all addresses refused',
      new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
      'unsent',
    ],
    ['a slow connection', { code: 'UND_ERR_CONNECT_TIMEOUT' }, 'unsent'],
    ['a wrong host', new TypeError('x', { cause: { code: 'ENOTFOUND' } }), 'hopeless'],
    ['a bad certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'hopeless'],
    ['a dropped connection', { code: 'UND_ERR_SOCKET' }, 'unknown'],
    ['a reset connection', { code: 'ECONNRESET' }, 'unknown'],
    ['anything else', new Error('x'), 'unknown'],
  ])('%s', (_name, error, failure) => {
    expect(classifyFailure(error, signal)).toBe(failure)
  })
  it.each<[string | undefined, number | undefined]>([
    ['7', 7_000],
    ['0.5', 500],
    ['Thu, 01 Jan 1970 00:00:12 GMT', 2_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('Retry-After %j is %s ms', (header, ms) => {
    expect(retryAfterMs(header, 10_000)).toBe(ms)
  })
  it('pauses grow, and are bounded', () => {
    expect([1, 2, 3, 20].map((n) => backoffMs(n, () => 1))).toEqual([200, 400, 800, 10_000])
    expect(backoffMs(1, () => 0)).toBe(100)
  })
})

describe('status words', () => {
  it.each<[string | undefined, boolean | undefined, string]>([
    ['deployed', undefined, 'enabled'],
    ['DEPLOYED', false, 'enabled'],
    ['Undeployed', true, 'disabled'],
    ['UNDEPLOYING', false, 'moving'],
    ['failed', true, 'failed'],
    ['PAUSED', true, 'unknown'],
    [undefined, true, 'enabled'],
    [undefined, false, 'disabled'],
    [undefined, undefined, 'unknown'],
  ])('%s with enabled %s stands as %s', (status, enabled, standing) => {
    expect(standingOf({ status, enabled }, defaultStatusWords)).toBe(standing)
  })
  it('a failed deployment is not enabled, so that the next plan tries again', () => {
    for (const before of [true, false, undefined])
      expect(enabledOf({ status: 'FAILED', enabled: true }, defaultStatusWords, before)).toBe(false)
  })
})

describe('import ids', () => {
  it('are split at slashes, the last part taking the rest', () => {
    expect(parseImport('acme/a/b', '<domain>/<name>', 2)).toEqual(['acme', 'a/b'])
    expect(parseImport('acme', '<domain>', 1)).toEqual(['acme'])
  })
  it.each(['', 'acme', '/x', 'acme/', ' /x'])('%j is not of the form asked for', (id) => {
    expect(() => parseImport(id, '<domain>/<id>', 2)).toThrow(/not of the form <domain>\/<id>/)
  })
  it('a name is taken only if it is unique, an id always', () => {
    const listed = [
      { id: '1', name: 'a' },
      { id: '2', name: 'a' },
      { id: 'a', name: 'b' },
      { id: '4', name: 'c' },
    ]
    expect(pick(listed, 'c', 'things')?.id).toBe('4')
    expect(pick(listed, 'a', 'things')?.id).toBe('a')
    expect(pick(listed, 'x', 'things')).toBeUndefined()
    expect(() => pick(listed.slice(0, 2), 'a', 'things')).toThrow(/2 things are named "a"/)
  })
})

describe('a token', () => {
  it('that was replaced meanwhile is not replaced again', async () => {
    let count = 0
    const slot = new TokenSlot({
      now: () => 0,
      obtain: async () => ({ value: `t${++count}`, expiresAt: undefined, renewAt: undefined }),
    })
    const first = await slot.get()
    const both = await Promise.all([slot.after(first, 'renew'), slot.after(first, 'renew')])
    expect([...both, await slot.after(first, 'obtain')]).toEqual(['t2', 't2', 't2'])
  })
})
