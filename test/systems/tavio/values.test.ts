import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNKNOWN, type Value } from '../../../src/schema/value.ts'
import { checkValues } from '../../../src/systems/tavio/check-values.ts'
import {
  isMask,
  type Parameters,
  readValues,
  sameValue,
  textOfWire,
  toWire,
} from '../../../src/systems/tavio/values.ts'
import { decodeSolution } from '../../../src/systems/tavio/wire.ts'

const solution = decodeSolution({
  id: 's1',
  name: 'Export',
  parameters: [
    { key: 'apiKey', type: 'string', required: true, secret: true },
    { key: 'region', type: 'string', required: true, secret: false },
    { key: 'limit', type: 'integer', required: false, secret: false, default: 10 },
    { key: 'ratio', type: 'number', required: false, secret: false },
    { key: 'active', type: 'BOOLEAN', required: true, secret: false, default: true },
  ],
})
const parameters: Parameters = new Map((solution.parameters ?? []).map((one) => [one.key ?? '', one]))

describe('values on their way to the service', () => {
  it.each<[string, string | null, string]>([
    ['region', '5', '"5"'],
    ['limit', '5', '5'],
    ['limit', '9007199254740993', '9007199254740993'],
    ['limit', '5.5', '"5.5"'],
    ['ratio', '0.10', '0.1'],
    ['ratio', 'much', '"much"'],
    ['active', 'false', 'false'],
    ['active', 'no', '"no"'],
    ['region', null, 'null'],
    ['other', '5', '"5"'],
  ])('%s = %j is sent as %s', (key, text, json) => {
    expect(JSON.stringify(toWire({ [key]: text }, parameters)[key])).toBe(json)
  })

  it('come back as the same text, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('region', 'limit', 'ratio', 'active'),
        fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String)),
        (key, text) => {
          const served = JSON.parse(JSON.stringify(toWire({ [key]: text }, undefined)))
          expect(textOfWire(served[key])).toBe(text)
          expect(sameValue(text, toWire({ [key]: text }, parameters)[key])).toBe(true)
        },
      ),
    )
  })
})

describe('values on their way back', () => {
  interface Case {
    readonly name: string
    readonly served: Record<string, unknown>
    readonly prior?: Record<string, string | null>
    readonly untracked?: readonly string[]
    readonly blind?: boolean
    readonly values: Record<string, string | null>
    readonly others?: readonly string[]
    readonly because: string
  }
  const cases: readonly Case[] = [
    {
      name: 'equal numbers',
      served: { ratio: 1.5 },
      prior: { ratio: '1.50' },
      values: { ratio: '1.50' },
      because: 'the spelling in configuration is kept',
    },
    {
      name: 'a changed value',
      served: { region: 'us' },
      prior: { region: 'eu' },
      values: { region: 'us' },
      because: 'that is drift',
    },
    {
      name: 'a value set to null',
      served: { region: null },
      prior: { region: 'eu' },
      values: {},
      because: 'null is no value',
    },
    { name: 'a missing value', served: {}, prior: { region: 'eu' }, values: {}, because: 'it was removed' },
    {
      name: 'an added value',
      served: { region: 'eu', ratio: 2 },
      prior: { region: 'eu' },
      values: { region: 'eu', ratio: '2' },
      because: 'that is drift',
    },
    {
      name: 'an added default',
      served: { limit: 10 },
      prior: {},
      values: {},
      because: 'the service filled it in',
    },
    {
      name: 'a secret as null',
      served: { apiKey: null },
      prior: {},
      untracked: ['apiKey'],
      values: {},
      others: ['apiKey'],
      because: 'it is no drift',
    },
    {
      name: 'a secret as a mask',
      served: { apiKey: '****' },
      prior: {},
      untracked: ['apiKey'],
      values: {},
      others: ['apiKey'],
      because: 'a mask is no value',
    },
    {
      name: 'a secret in clear',
      served: { apiKey: 'abc' },
      prior: {},
      untracked: ['apiKey'],
      values: {},
      others: ['apiKey'],
      because: 'it must not reach state',
    },
    {
      name: 'a secret nobody gave',
      served: { apiKey: 'abc' },
      prior: {},
      values: {},
      because: 'it must not reach state',
    },
    {
      name: 'an open value given as a secret',
      served: { region: 'eu' },
      prior: {},
      untracked: ['region'],
      values: {},
      others: ['region'],
      because: 'the user hides it',
    },
    {
      name: 'an added value of an unknown solution',
      served: { region: 'eu' },
      prior: {},
      blind: true,
      values: {},
      because: 'it could be a secret',
    },
    {
      name: 'a mask of an unknown solution',
      served: { region: '••••' },
      prior: { region: 'eu' },
      blind: true,
      values: { region: 'eu' },
      because: 'it is not told',
    },
    {
      name: 'an import',
      served: { region: 'eu', apiKey: null, limit: 10 },
      values: { region: 'eu', limit: '10' },
      others: ['apiKey'],
      because: 'all that is open is taken over',
    },
    {
      name: 'an import of an unknown solution',
      served: { region: 'eu' },
      blind: true,
      values: {},
      others: ['region'],
      because: 'it could be a secret',
    },
  ]
  it.each(cases)('$name: $because', ({ served, prior, untracked = [], blind, values, others = [] }) => {
    const read = readValues({ served, prior, untracked, parameters: blind === true ? undefined : parameters })
    expect(read).toEqual({ values, untracked: others })
  })

  it.each(['****', '••••••', 'xxxx', '<hidden>', 'REDACTED', '***abc'])('%s is a mask', (text) => {
    expect(isMask(text)).toBe(true)
  })
  it.each(['eu', 'a*b', 'xx', '', 'secret-region'])('%j is a value', (text) => {
    expect(isMask(text)).toBe(false)
  })
})

describe('checking values before anything is changed', () => {
  interface Case {
    readonly name: string
    readonly values: Value
    readonly secrets: Value
    readonly problems: readonly [summary: string, path: string, detail: RegExp][]
  }
  const secrets = { apiKey: 'k' }
  const cases: readonly Case[] = [
    { name: 'all is well', values: { region: 'eu' }, secrets, problems: [] },
    {
      name: 'a required value is missing',
      values: {},
      secrets,
      problems: [['Missing configuration value', 'values', /"region"/]],
    },
    {
      name: 'a required secret is missing',
      values: { region: 'eu' },
      secrets: null,
      problems: [['Missing configuration value', 'secret_values', /"apiKey".*secret_values/]],
    },
    {
      name: 'a required value is null',
      values: { region: null },
      secrets,
      problems: [['Missing configuration value', 'values', /"region"/]],
    },
    {
      name: 'a key is misspelled',
      values: { region: 'eu', limt: '1' },
      secrets,
      problems: [['Unknown configuration value', 'values.limt', /Did you mean "limit"/]],
    },
    {
      name: 'a type is wrong',
      values: { region: 'eu', limit: 'lots', active: 'yes' },
      secrets,
      problems: [
        ['Wrong configuration value', 'values.limit', /whole number/],
        ['Wrong configuration value', 'values.active', /true or false/],
      ],
    },
    {
      name: 'a secret is given in clear',
      values: { region: 'eu', apiKey: 'k' },
      secrets: null,
      problems: [['Secret given in clear', 'values.apiKey', /secret_values/]],
    },
    {
      name: 'a key is given twice',
      values: { region: 'eu' },
      secrets: { apiKey: 'k', region: 'eu' },
      problems: [['Configuration value given twice', 'secret_values.region', /Keep one/]],
    },
    {
      name: 'a map is unknown',
      values: UNKNOWN,
      secrets: { nope: 'k' },
      problems: [['Unknown configuration value', 'secret_values.nope', /no parameter/]],
    },
    { name: 'a value is unknown', values: { region: UNKNOWN, limit: UNKNOWN }, secrets, problems: [] },
  ]
  it.each(cases)('$name', ({ values, secrets: hidden, problems }) => {
    const found = checkValues(solution, { values, secrets: hidden })
    expect(found.map(({ summary, where }) => [summary, where?.path?.join('.')])).toEqual(
      problems.map(([a, b]) => [a, b]),
    )
    found.forEach(({ detail }, i) => {
      expect(detail).toMatch(problems[i]?.[2] ?? /^$/)
    })
  })

  it('never repeats a value', () => {
    const found = checkValues(solution, {
      values: { limit: 'hunter2', apiKey: 'hunter2', x: 'hunter2' },
      secrets: null,
    })
    expect(found.length).toBeGreaterThan(3)
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })
})
