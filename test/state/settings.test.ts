import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import type { ObjectValue } from '../../src/schema/value.ts'
import { readSettings } from '../../src/state/settings.ts'

const known = {
  address: { type: 'text', env: ['ADDRESS', 'OTHER_ADDRESS'] },
  password: { type: 'text', env: ['PASSWORD'], secret: true },
  retries: { type: 'number' },
  skip: { type: 'flag', env: ['SKIP'] },
  old: { type: 'text', refused: 'Use "address".' },
} as const

const read = (given: ObjectValue, env: { [name: string]: string } = {}) =>
  readSettings({ kind: 'http', known, given, env })

const problems = (given: ObjectValue, env: { [name: string]: string } = {}): string[] => {
  try {
    read(given, env)
  } catch (error) {
    if (error instanceof DiagnosticError)
      return error.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`)
    throw error
  }
  return []
}

describe('the settings of a backend', () => {
  it.each([
    { name: 'nothing said', given: {}, env: {}, expected: { address: undefined, skip: undefined } },
    {
      name: 'what is written',
      given: { address: 'a', skip: true, retries: 3 },
      env: {},
      expected: { address: 'a', skip: true, retries: 3 },
    },
    {
      name: 'texts for numbers and bools',
      given: { skip: 'false', retries: '3' },
      env: {},
      expected: { skip: false, retries: 3 },
    },
    { name: 'null as nothing', given: { address: null }, env: { ADDRESS: 'b' }, expected: { address: 'b' } },
    {
      name: 'the configuration before the environment',
      given: { address: 'a' },
      env: { ADDRESS: 'b' },
      expected: { address: 'a' },
    },
    {
      name: 'the first variable that is set',
      given: {},
      env: { ADDRESS: '', OTHER_ADDRESS: 'c' },
      expected: { address: 'c' },
    },
    { name: 'a flag from the environment', given: {}, env: { SKIP: '1' }, expected: { skip: true } },
  ])('take $name', ({ given, env, expected }) => {
    expect(read(given, env as { [name: string]: string })).toMatchObject(expected)
  })

  it.each([
    {
      name: 'an unknown one',
      given: { adress: 'x' },
      says: ['Unknown backend setting: The backend "http" has no setting "adress". Did you mean "address"?'],
    },
    {
      name: 'a wrong type',
      given: { retries: 'many' },
      says: ['Wrong backend setting: "retries" must be a whole number, but is a string "many".'],
    },
    {
      name: 'a wrong secret, without showing it',
      given: { skip: 'x', password: ['s3cret'] },
      says: [
        'Wrong backend setting: "password" must be a string, but is a list.',
        'Wrong backend setting: "skip" must be true or false, but is a string "x".',
      ],
    },
    {
      name: 'what we do not handle',
      given: { old: 'x' },
      says: [
        'Not handled yet: The setting "old" of the backend "http" is not handled by Hubform. Use "address".',
      ],
    },
  ])('refuse $name', ({ given, says }) => {
    expect(problems(given as ObjectValue)).toEqual(says)
  })

  it('name the variable that a wrong value came from', () => {
    expect(problems({}, { SKIP: 'perhaps' })).toEqual([
      'Wrong backend setting: SKIP must be true or false, but is a string "perhaps".',
    ])
  })
})
