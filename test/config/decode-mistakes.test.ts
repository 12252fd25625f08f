import { describe, expect, it } from 'vitest'
import { configOf, problemsOf, textOf } from './helpers.ts'

const resource = (body: unknown, name = 'x') => ({ resource: { a_b: { [name]: body } } })
const lifecycle = (body: unknown) => resource({ lifecycle: body })

describe('a mistake in a configuration', () => {
  it.each([
    {
      name: 'an unknown block type',
      file: { resuorce: {} },
      says: 'a.tf.json:2:3 Unknown block type: There is no block type "resuorce". Did you mean "resource"?',
    },
    {
      name: 'a block of the wrong form',
      file: { resource: 'x' },
      says: 'a.tf.json:2:3 Wrong block form: A resource type must be an object or an array of objects, but is a string.',
    },
    {
      name: 'an unknown argument of a variable',
      file: { variable: { v: { defualt: 1 } } },
      says: 'a.tf.json:4:7 Unknown argument: The variable "v" has no argument "defualt". Did you mean "default"?',
    },
    {
      name: 'an unknown argument of an output',
      file: { output: { o: { value: 1, sensitiv: true } } },
      says: 'Unknown argument: The output "o" has no argument "sensitiv". Did you mean "sensitive"?',
    },
    {
      name: 'an unknown lifecycle argument',
      file: lifecycle({ prevent_destory: true }),
      says: 'a.tf.json:6:11 Unknown argument: The lifecycle of a_b.x has no argument "prevent_destory". Did you mean "prevent_destroy"?',
    },
    {
      name: 'a lifecycle that a data source cannot have',
      file: { data: { a_b: { x: { lifecycle: { prevent_destroy: true } } } } },
      says: 'Unknown argument: The lifecycle of data.a_b.x has no argument "prevent_destroy".',
    },
    {
      name: 'an unknown argument of terraform',
      file: { terraform: { required_provider: {} } },
      says: 'Unknown argument: The "terraform" block has no argument "required_provider". Did you mean "required_providers"?',
    },
    {
      name: 'an unknown backend',
      file: { terraform: { backend: { locl: { path: 'x' } } } },
      says: 'Unknown backend: There is no backend "locl". Did you mean "local"? Hubform knows "local", "http", "pg", "s3".',
    },
    {
      name: 'an expression in a backend',
      file: { terraform: { backend: { local: { path: '${var.place}' } } } },
      says: 'Expression not allowed: The settings of a backend are read before anything is evaluated',
    },
    {
      name: 'a provider source that is none',
      file: { terraform: { required_providers: { x: { source: 'a/b/c/d' } } } },
      says: 'Invalid provider source: "a/b/c/d" is not a provider source. Write namespace/type, such as "hubform/tavio".',
    },
    {
      name: 'a name that is none',
      file: resource({}, '1x'),
      says: 'a.tf.json:4:7 Invalid name: "1x" cannot name a resource.',
    },
    {
      name: 'a reserved variable name',
      file: { variable: { count: {} } },
      says: 'Invalid name: "count" cannot name a variable',
    },
    {
      name: 'count and for_each together',
      file: resource({ count: 1, for_each: {} }),
      says: 'a.tf.json:6:9 Both count and for_each: a_b.x has both "count" and "for_each". Keep one of them.',
    },
    {
      name: 'a null count',
      file: resource({ count: null }),
      says: 'Invalid repetition: "count" of a_b.x is null. Leave it out instead.',
    },
    {
      name: 'an expression where none is evaluated',
      file: lifecycle({ prevent_destroy: '${var.x}' }),
      says: 'Wrong argument type: "prevent_destroy" must be true or false, written out.',
    },
    {
      name: 'dependencies that are no list',
      file: resource({ depends_on: 'a_b.y' }),
      says: 'Wrong argument type: "depends_on" must be a list, written out.',
    },
    {
      name: 'a dependency on an attribute',
      file: resource({ depends_on: ['a_b.y', 'a_b.y.id'] }),
      says: 'a.tf.json:7:11 Invalid reference: "a_b.y.id" cannot be depended on. Name a whole resource or data source, not an attribute of it.',
    },
    {
      name: 'a dependency in a template',
      file: resource({ depends_on: ['${a_b.y}'] }),
      says: 'Invalid reference: Write a_b.y without "${" and "}" here.',
    },
    {
      name: 'a trigger that is no resource',
      file: lifecycle({ replace_triggered_by: ['local.x'] }),
      says: 'Invalid reference: "local.x" cannot trigger a replacement. Name a managed resource or one of its attributes.',
    },
    {
      name: 'ignoring all in a list',
      file: lifecycle({ ignore_changes: ['all'] }),
      says: 'Invalid attribute path: An element of "ignore_changes" is an attribute, such as tags or tags["owner"]. For all attributes, write "ignore_changes": "all", without a list.',
    },
    {
      name: 'a provider reference that is none',
      file: resource({ provider: 'a.b.c' }),
      says: 'Invalid provider reference: "provider" must name a provider configuration, such as "a" or "a.other".',
    },
    {
      name: 'an output without value',
      file: { output: { o: {} } },
      says: 'a.tf.json:3:5 Missing required argument: The output "o" has no "value". Say what it is to show.',
    },
    {
      name: 'a type that does not exist',
      file: { variable: { v: { type: 'list(strng)' } } },
      says: 'a.tf.json:4:7 Invalid variable type: In the type list(strng): there is no type "strng"; did you mean "string".',
    },
    {
      name: 'a default of another type',
      file: { variable: { v: { type: 'list(number)', default: [1, 'x'] } } },
      says: 'a.tf.json:5:7 Invalid variable default: The default of the variable "v" is not valid: [1] must be a number, but is a string.',
    },
    {
      name: 'a null default that cannot be',
      file: { variable: { v: { default: null, nullable: false } } },
      says: 'Invalid variable default: The default of the variable "v" is null',
    },
    {
      name: 'a rule without message',
      file: { variable: { v: { validation: { condition: '${var.v != 1}' } } } },
      says: 'Missing required argument: A validation of the variable "v" needs both "condition" and "error_message".',
    },
    {
      name: 'a rule that checks nothing',
      file: { variable: { v: { validation: { condition: '${1 == 1}', error_message: 'No.' } } } },
      says: 'Invalid validation condition: A validation of the variable "v" does not refer to var.v, so it checks nothing.',
    },
    {
      name: 'a precondition without a message',
      file: lifecycle({ precondition: { condition: '${var.v}' } }),
      says: 'Missing required argument: A precondition of a_b.x needs both "condition" and "error_message".',
    },
    {
      name: 'a postcondition that checks nothing',
      file: lifecycle({ postcondition: [{ condition: true, error_message: 'No.' }] }),
      says: 'Invalid postcondition condition: A postcondition of a_b.x refers to nothing, so it checks nothing.',
    },
    {
      name: 'an unknown argument in a precondition of an output',
      file: {
        output: {
          o: { value: 1, precondition: { condition: '${var.v}', error_message: 'No.', message: 'No.' } },
        },
      },
      says: 'Unknown argument: A precondition in the output "o" has no argument "message".',
    },
    {
      name: 'a check without an assert',
      file: { check: { c: {} } },
      says: 'Missing required argument: The check "c" has no "assert" block, so it checks nothing.',
    },
    {
      name: 'a check with two data sources',
      file: {
        check: {
          c: {
            assert: { condition: '${data.a_b.x.n == 1}', error_message: 'No.' },
            data: { a_b: { x: {}, y: {} } },
          },
        },
      },
      says: 'Multiple data sources in check: The check "c" has more than one data source. Write a check for each.',
    },
    {
      name: 'an expression that does not parse',
      file: resource({ tags: { a: 'ok', b: 'x ${1 +} y' } }),
      says: 'a.tf.json:7:11 Invalid expression: An expression is expected here. At column 8 of:\n  x ${1 +} y',
    },
    {
      name: 'a repeated argument',
      file: '{"resource": {"a_b": {"x": {\n"name": 1,\n"name": 2}}}}',
      says: 'a.tf.json:3:1 Duplicate argument: "name" is set at a.tf.json line 2 and again at a.tf.json line 3. Remove one of them.',
    },
    {
      name: 'a repeated key inside an argument',
      file: '{"locals": {"a": {\n"k": 1,\n"k": 2}}}',
      says: 'a.tf.json:3:1 Duplicate argument: "k" is set at a.tf.json line 2 and again at a.tf.json line 3.',
    },
    {
      name: 'a repeated resource name',
      file: '{"resource": {"a_b": {\n"x": {},\n"x": {}}}}',
      says: 'a.tf.json:3:1 Duplicate resource: a_b.x is declared at a.tf.json line 2 and again at a.tf.json line 3. Rename or remove one of them.',
    },
    {
      name: 'a repeated variable',
      file: '{"variable": {"v": {}},\n"variable": {"v": {}}}',
      says: 'a.tf.json:2:1 Duplicate variable: var.v is declared at a.tf.json line 1 and again at a.tf.json line 2.',
    },
    {
      name: 'a provider configured twice',
      file: { provider: { tavio: [{}, { alias: 'x' }, {}] } },
      says: 'Duplicate provider configuration: provider.tavio is declared at a.tf.json line 4',
    },
    {
      name: 'two backends',
      file: { terraform: [{ backend: { local: {} } }, { backend: { local: {} } }] },
      says: 'Duplicate backend: terraform.backend is declared at a.tf.json line 5 and again at a.tf.json line 10.',
    },
  ])('is told: $name', ({ file, says }) => {
    const found = problemsOf(file)
    expect(found).toHaveLength(1)
    expect(found.map(textOf).join('\n')).toContain(says)
  })

  it.each(['resource', 'data', 'variable', 'output', 'locals'])(
    'names both files for a repeated %s',
    (kind) => {
      const content =
        kind === 'locals'
          ? { x: 1 }
          : kind === 'output'
            ? { x: { value: 1 } }
            : kind === 'variable'
              ? { x: {} }
              : { a_b: { x: {} } }
      const [found, ...others] = problemsOf({ [kind]: content }, { [kind]: content })
      expect(others).toEqual([])
      expect(found?.summary).toMatch(/^Duplicate /)
      expect(found?.detail).toMatch(/ is declared at a\.tf\.json line \d and again at b\.tf\.json line \d\./)
      expect(found?.where?.file).toBe('b.tf.json')
    },
  )

  it('costs no look-up of its line when there are thousands', () => {
    const blocks = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`r${i}`, {}]))
    const found = problemsOf({ resource: { a_b: blocks } }, { resource: { a_b: blocks } })
    expect(found).toHaveLength(5000)
    expect(found[0]?.detail).toContain('a.tf.json line 4 and again at b.tf.json line 4')
    expect(found.at(-1)?.detail).toContain('a.tf.json and again at b.tf.json')
  })

  it('does not hide another one: all are told, with the construct where there is one', () => {
    const found = problemsOf(
      {
        resource: {
          a_b: { x: { '//': { metadata: { path: 's/x' } }, p: '${', count: null, q: ['${1 2}'] } },
        },
      },
      '{"broken": ',
      { variable: { v: { typ: 1 } }, foo: 1 },
    )
    expect(found.map(({ summary, where }) => [where?.file, summary])).toEqual([
      ['a.tf.json', 'Invalid repetition'],
      ['a.tf.json', expect.any(String)],
      ['a.tf.json', expect.any(String)],
      ['b.tf.json', 'Invalid JSON'],
      ['c.tf.json', 'Unknown argument'],
      ['c.tf.json', 'Unknown block type'],
    ])
    expect(found[0]?.where).toMatchObject({ address: 'a_b.x', construct: 's/x' })
  })
})

describe('what is not handled yet', () => {
  it.each([
    {
      file: { module: { m: { source: './m' } } },
      what: 'A "module" block',
      instead: 'construct of a cdktf app',
    },
    { file: { ephemeral: { a_b: { x: {} } } }, what: 'An "ephemeral" block', instead: 'write-only' },
    {
      file: { terraform: { backend: { gcs: { bucket: 'b' } } } },
      what: 'The backend "gcs"',
      instead: '"local"',
    },
    { file: { terraform: { cloud: { organization: 'x' } } }, what: '"terraform.cloud"', instead: '"local"' },
    {
      file: resource({ provisioner: [{ 'local-exec': {} }] }),
      what: 'A "provisioner" block in a_b.x',
      instead: 'after apply',
    },
    {
      file: resource({ connection: { host: 'x' } }),
      what: 'A "connection" block in a_b.x',
      instead: 'remove',
    },
    {
      file: resource({ dynamic: { tags: { for_each: [] } } }),
      what: 'A "dynamic" block in a_b.x',
      instead: '"for"',
    },
    {
      file: { output: { o: { value: 1, ephemeral: true } } },
      what: '"ephemeral" in the output "o"',
      instead: 'sensitive',
    },
    {
      file: { variable: { v: { ephemeral: true } } },
      what: '"ephemeral" in the variable "v"',
      instead: 'sensitive',
    },
  ])('$what is an error that says what to do', ({ file, what, instead }) => {
    const [found, ...others] = problemsOf(file)
    expect(others).toEqual([])
    expect(found).toMatchObject({ severity: 'error', summary: 'Not handled yet' })
    expect(found?.detail.startsWith(what)).toBe(true)
    expect(found?.detail).toContain(instead)
    expect(found?.where?.line).toBeGreaterThan(1)
  })

  it('may be there as long as it says nothing', () => {
    const nothing = {
      module: {},
      moved: [],
      import: null,
      terraform: { cloud: {} },
      ...resource({ dynamic: {} }),
    }
    expect(configOf(nothing).warnings).toEqual([])
  })
})
