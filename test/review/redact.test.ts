import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnPlan } from '../../src/review/plan-secrets.ts'
import { makeSecrets, redactedJson } from '../../src/review/redact.ts'
import { toJson } from '../../src/schema/json.ts'
import { parseNumber } from '../../src/schema/number.ts'
import { Sensitive, setOf, UNKNOWN } from '../../src/schema/value.ts'
import { address, change, plan } from './sample.ts'

function redacting(...values: readonly string[]) {
  const secrets = makeSecrets()
  for (const value of values) secrets.add(value)
  return secrets.redact
}

describe('redaction in JSON', () => {
  it('masks texts and keys, and leaves JSON what it is', () => {
    const redact = redacting('2030', 'hunter2hunter2', 'a"b\ncdefgh', '9007199254740993')
    const data = {
      number: 2030,
      exact: toJson(parseNumber('9007199254740993') ?? 0),
      text: 'in 2030',
      list: ['a"b\ncdefgh'],
      map: { 'k-hunter2hunter2': null },
    }
    expect(redactedJson(data, redact)).toBe(
      '{"number":2030,"exact":9007199254740993,"text":"in (sensitive value)","list":["(sensitive value)"],"map":{"k-(sensitive value)":null}}',
    )
  })

  it('is JSON of the same shape whatever the secrets are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 4 })), fc.object(), (secrets, data) => {
        const json = JSON.parse(redactedJson(data, redacting(...secrets)))
        expect(Array.isArray(json)).toBe(false)
      }),
    )
  })
})

describe('redaction by value', () => {
  it.each([
    ['as it is', 'hunter2hunter2', 'x hunter2hunter2.', 'x (sensitive value).'],
    ['in JSON', 'a"b\ncdefgh', '{"p":"a\\"b\\ncdefgh"}', '{"p":"(sensitive value)"}'],
    ['in an address', 'p@ss w/rd!', '/x?k=p%40ss%20w%2Frd!', '/x?k=(sensitive value)'],
    ['in base64', 'hunter2hunter2', 'aHVudGVyMmh1bnRlcjI=', '(sensitive value)='],
    ['in a plan', 'a${b}cdefg', '"a$${b}cdefg"', '"(sensitive value)"'],
    ['one line of several', 'first line 1\nsecond line', 'see: second line', 'see: (sensitive value)'],
    ['short and alone', 'user', 'the user is tavio_user', 'the (sensitive value) is tavio_user'],
    ['too short to hide', 'abc', 'abc', 'abc'],
    ['a plain word', 'true', 'enabled = true', 'enabled = true'],
  ])('hides a secret %s', (_name, secret, text, result) => {
    expect(redacting(secret)(text)).toBe(result)
  })

  it('hides the longer of two secrets that begin alike', () => {
    expect(redacting('password', 'password-long')('password-long password')).toBe(
      '(sensitive value) (sensitive value)',
    )
  })

  it('ten thousand secrets that begin alike cost no more than one', () => {
    const secrets = makeSecrets()
    for (let i = 0; i < 10_000; i++) secrets.add(`secret-number-${i}`)
    const text = 'a line with secret-number-9999 in it, and secret-number-x as well\n'.repeat(2000)
    expect(secrets.redact(text)).toBe(
      'a line with (sensitive value) in it, and secret-number-x as well\n'.repeat(2000),
    )
  })

  it('no secret of eight characters or more survives anywhere in a text', () => {
    const secret = fc.string({ minLength: 8, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.string(), fc.string(), (all, a, b) => {
        const secrets = all.filter((text) => !'(sensitive value)'.includes(text))
        const text = secrets.reduce((joined, one) => `${joined}${one}${b}`, a)
        const result = redacting(...secrets)(text)
        // What a mask and its neighbours spell together by chance is no leak, so masks are taken out first.
        const rest = result.split('(sensitive value)')
        expect(rest.some((part) => secrets.some((one) => part.includes(one)))).toBe(false)
      }),
    )
  })
})

describe('secrets of a plan', () => {
  it('are learned from sensitive paths, write-only values, marks and sensitive outputs', () => {
    const secrets = makeSecrets()
    learnPlan(
      secrets,
      plan({
        changes: [
          change({
            before: { values: { a: 'before-secret' }, name: 'public-name' },
            after: { values: { a: UNKNOWN, b: setOf(['in-a-set-secret']) }, name: 'public-name' },
            beforeSensitive: [['values']],
            afterSensitive: [['values', 'b']],
          }),
        ],
        steps: [
          {
            id: 'create x',
            action: 'create',
            address: address('t', 'x'),
            needs: [],
            provider: 'p',
            prior: null,
            planned: { name: 'public-name', secret_values: null },
            config: { name: 'public-name', secret_values: { k: 'write-only-secret' } },
            existing: [],
            repetition: {},
            sensitive: [],
            dependencies: [],
            createBeforeDestroy: false,
          },
        ],
        outputs: [{ name: 'o', action: 'create', before: null, after: 'output-secret', sensitive: true }],
        scope: {
          ...plan({}).scope,
          variables: { v: new Sensitive('variable-secret'), w: 'public-variable' },
        },
      }),
    )
    const text =
      'before-secret in-a-set-secret write-only-secret output-secret variable-secret public-name public-variable'
    expect(secrets.redact(text)).toBe(`${'(sensitive value) '.repeat(5)}public-name public-variable`)
  })
})
