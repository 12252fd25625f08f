import { describe, expect, it } from 'vitest'
import { resolveVariables, type VariableInputs } from '../../src/config/variables.ts'
import { Sensitive } from '../../src/schema/value.ts'
import { configOf } from './helpers.ts'

type Given = Partial<Omit<VariableInputs, 'config'>>

function resolve(variable: object, given: Given = {}) {
  const { values, problems } = resolveVariables({
    config: configOf({ variable }),
    flags: [],
    files: [],
    env: {},
    ...given,
  })
  return {
    values: Object.fromEntries(values),
    problems,
    details: problems.map(({ summary, detail }) => `${summary}: ${detail}`),
  }
}

const file = (path: string, content: unknown) => ({ path, text: JSON.stringify(content) })

describe('the value of a variable', () => {
  const env = { TF_VAR_x: 'tf env', HUBFORM_VAR_x: 'own env' }
  const main = file('/d/terraform.tfvars.json', { x: 'main file' })
  const autoA = file('/d/a.auto.tfvars.json', { x: 'auto a' })
  const autoB = file('/d/b.auto.tfvars.json', { x: 'auto b' })
  const named = file('prod.tfvars.json', { x: 'named file' })

  it.each<{ from: string; given: Given; value: string }>([
    { from: 'its default', given: {}, value: 'default' },
    { from: 'TF_VAR_x', given: { env: { TF_VAR_x: 'tf env' } }, value: 'tf env' },
    { from: 'HUBFORM_VAR_x before TF_VAR_x', given: { env }, value: 'own env' },
    { from: 'an empty environment variable', given: { env: { TF_VAR_x: '' } }, value: '' },
    {
      from: 'terraform.tfvars.json before the environment',
      given: { env, files: [main] },
      value: 'main file',
    },
    {
      from: '*.auto.tfvars.json before terraform.tfvars.json',
      given: { files: [autoA, main] },
      value: 'auto a',
    },
    { from: 'the last *.auto.tfvars.json by name', given: { files: [autoB, autoA] }, value: 'auto b' },
    {
      from: 'a named file before all of these',
      given: { env, files: [named, autoB, main] },
      value: 'named file',
    },
    {
      from: '--var before all files',
      given: { env, files: [named, autoB], flags: ['x=flag'] },
      value: 'flag',
    },
    { from: 'the last --var', given: { flags: ['x=one', 'x=two=2'] }, value: 'two=2' },
    { from: '--var-file after --var', given: { flags: ['x=flag', named] }, value: 'named file' },
    { from: '--var after --var-file', given: { flags: [named, 'x=flag'] }, value: 'flag' },
  ])('comes from $from', ({ given, value }) => {
    const { values, problems } = resolve({ x: { type: 'string', default: 'default' } }, given)
    expect(problems).toEqual([])
    expect(values).toEqual({ x: value })
  })

  it.each([
    { type: 'string', text: '["a"]', value: '["a"]', because: 'texts are taken as they are' },
    { type: undefined, text: '["a"]', value: '["a"]', because: 'without a type it is text' },
    {
      type: 'number',
      text: '9007199254740993',
      value: expect.objectContaining({ mantissa: 9007199254740993n }),
      because: 'numbers are exact',
    },
    { type: 'bool', text: 'true', value: true, because: 'bools are words' },
    { type: 'list(string)', text: '["a", 1]', value: ['a', '1'], because: 'JSON is an expression' },
    {
      type: 'any',
      text: '{a = [1], "b" : null}',
      value: { a: [1], b: null },
      because: 'any is read as an expression',
    },
    { type: 'map(number)', text: 'null', value: null, because: 'null is an expression' },
  ])('given as text $text for type $type is read, because $because', ({ type, text, value }) => {
    expect(resolve({ x: type === undefined ? {} : { type } }, { flags: [`x=${text}`] })).toMatchObject({
      values: { x: value },
      problems: [],
    })
  })

  it('in a file is data, whose strings are no templates', () => {
    const given = { files: [file('a.tfvars.json', { '//': 'a note', x: ['${1 + 1}'] })] }
    expect(resolve({ x: { type: 'list(string)' } }, given)).toMatchObject({
      values: { x: ['${1 + 1}'] },
      problems: [],
    })
  })

  it('is the default when null is given and must not be', () => {
    const given = { files: [file('a.tfvars.json', { x: null, y: null })] }
    const variables = { x: { default: 1, nullable: false }, y: { default: 1 } }
    expect(resolve(variables, given)).toMatchObject({ values: { x: 1, y: null }, problems: [] })
  })

  it('is marked when it is sensitive', () => {
    const { values } = resolve({ x: { sensitive: true, default: 'd' } })
    expect(values['x']).toEqual(new Sensitive('d'))
  })
})

describe('a value that is wrong', () => {
  it.each<{ name: string; variable: object; given?: Given; says: string }>([
    {
      name: 'missing',
      variable: { x: { description: 'Where the hub is' } },
      says: 'Missing variable value: The variable "x" (Where the hub is) has no value and no default. Give it with --var x=VALUE, in terraform.tfvars.json, in a file named by --var-file, or in the environment as HUBFORM_VAR_x or TF_VAR_x.',
    },
    {
      name: 'of another type',
      variable: { x: { type: 'number' } },
      given: { flags: ['x=abc'] },
      says: 'Invalid variable value: The value of the variable "x", given by --var, must be a number, but is a string.',
    },
    {
      name: 'no expression',
      variable: { x: { type: 'list(string)' } },
      given: { env: { TF_VAR_x: '[a' } },
      says: 'Invalid variable value: The value of the variable "x", given by TF_VAR_x, is not a valid expression, such as ["a"] or {"a": "b"}. Invalid reference:',
    },
    {
      name: 'a reference',
      variable: { x: { type: 'any' } },
      given: { flags: ['x=var.y'] },
      says: 'it cannot refer to anything.',
    },
    {
      name: 'null',
      variable: { x: { nullable: false, type: 'any' } },
      given: { flags: ['x=null'] },
      says: 'given by --var, must not be null.',
    },
    {
      name: 'for no variable',
      variable: { region: { default: 1 } },
      given: { flags: ['regoin=x'] },
      says: 'Undeclared variable: --var sets "regoin", but no variable of that name is declared. Did you mean "region"?',
    },
    {
      name: 'not given by name',
      variable: {},
      given: { flags: ['secret-text'] },
      says: 'Invalid --var option: A value for a variable is given as --var name=value',
    },
    {
      name: 'in native syntax',
      variable: {},
      given: { files: [{ path: 'x/prod.tfvars', text: 'x = 1' }] },
      says: "Native syntax not handled: x/prod.tfvars is in Terraform's native syntax; Hubform reads variables only from JSON. Rewrite it as prod.tfvars.json",
    },
    {
      name: 'in a list',
      variable: {},
      given: { files: [file('a.json', [])] },
      says: 'Invalid variable file: a.json must be one object with a value per variable.',
    },
    {
      name: 'given twice',
      variable: { x: {} },
      given: { files: [{ path: 'a.json', text: '{"x": 1, "x": 2}' }] },
      says: 'Duplicate argument: "x" is given more than once in a.json.',
    },
    {
      name: 'against a rule',
      variable: { x: { validation: { condition: '${var.x != "bad"}', error_message: 'Not ${var.x}!' } } },
      given: { flags: ['x=bad'] },
      says: 'Invalid variable value: The value of the variable "x" is not valid. Not bad!',
    },
    {
      name: 'against a rule on another variable',
      variable: {
        y: { default: 'bad' },
        x: { validation: { condition: '${var.x != var.y}', error_message: 'No.' } },
      },
      given: { flags: ['x=bad'] },
      says: '"x" is not valid. No.',
    },
    {
      name: 'judged by a rule that cannot be evaluated',
      variable: { x: { validation: { condition: '${1 / var.x == 1}', error_message: 'No.' } } },
      given: { flags: ['x=0'] },
      says: 'Invalid validation condition: A validation of the variable "x" cannot be evaluated.',
    },
    {
      name: 'judged by a rule that is no condition',
      variable: { x: { validation: { condition: '${var.x}', error_message: 'No.' } } },
      given: { flags: ['x=maybe'] },
      says: 'A condition of the variable "x" must be true or false, and is neither.',
    },
  ])('is told: $name', ({ variable, given, says }) => {
    const { details } = resolve(variable, given)
    expect(details).toHaveLength(1)
    expect(details[0]).toContain(says)
  })

  it('is only a warning when a file has it for no variable, and nothing when the environment does', () => {
    const { problems } = resolve(
      {},
      { files: [file('a.tfvars.json', { nope: 1 })], env: { TF_VAR_nope: '1' } },
    )
    expect(problems.map(({ severity, summary, where }) => [severity, summary, where])).toEqual([
      ['warning', 'Undeclared variable', { file: 'a.tfvars.json' }],
    ])
  })

  it('does not hide the others', () => {
    const { problems } = resolve({ a: {}, b: { type: 'number' }, c: {} }, { flags: ['b=x', 'c=1', 'd=1'] })
    expect(problems).toHaveLength(3)
  })

  it('is not shown when it is sensitive', () => {
    const secret = 'hunter2'
    const condition = { condition: '${var.x != "hunter2"}', error_message: 'Not ${var.x}!' }
    const cases = [
      resolve({ x: { sensitive: true, type: 'list(string)' } }, { flags: [`x=[${secret}`] }),
      resolve({ x: { sensitive: true, type: 'map(number)' } }, { flags: [`x={${secret} = "${secret}"}`] }),
      resolve({ x: { sensitive: true, type: 'number' } }, { flags: [`x=${secret}`] }),
      resolve({ x: { sensitive: true, validation: condition } }, { flags: [`x=${secret}`] }),
      resolve(
        { x: { sensitive: true, validation: { ...condition, condition: '${var.x}' } } },
        { flags: [`x=${secret}`] },
      ),
      resolve(
        { x: { sensitive: true, validation: { ...condition, condition: '${var.x + 1 == 1}' } } },
        { flags: [`x=${secret}`] },
      ),
      resolve({ x: {} }, { files: [{ path: 'a.tfvars.json', text: `{"x": "${secret}" oops}` }] }),
      resolve({ x: {} }, { flags: [secret, 'x=1'] }),
    ]
    for (const { problems } of cases) {
      expect(problems.length).toBeGreaterThan(0)
      expect(JSON.stringify(problems)).not.toContain(secret)
    }
  })
})
