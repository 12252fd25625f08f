import { describe, expect, it } from 'vitest'
import { references } from '../../src/expression/references.ts'
import { configOf, problemsOf } from './helpers.ts'

const stack = {
  '//': { metadata: { backend: 'local', version: '0.21.0' }, outputs: {} },
  terraform: {
    required_version: '>= 1.5',
    required_providers: { tavio: { source: 'hubform/tavio', version: '~> 1.0' }, random: '~> 3.0' },
    backend: { local: { path: '/app/terraform.main.tfstate' } },
  },
  provider: { tavio: [{ base_url: '${var.url}' }, { alias: 'other', version: '1.0' }] },
  variable: {
    url: { type: 'string', description: 'Where', default: 'http://localhost' },
    sizes: {
      type: 'list(object({ name = string, size = optional(number, 3) }))',
      default: [{ name: 'a' }],
      nullable: false,
      sensitive: true,
      validation: [{ condition: '${var.sizes != []}', error_message: 'Give one.' }],
    },
  },
  locals: [{ a: 1 }, { b: '${local.a}' }],
  resource: {
    tavio_environment: {
      acme: {
        '//': { metadata: { path: 'main/acme/env', uniqueId: 'acme' } },
        name: 'Acme ${local.b}',
        depends_on: ['tavio_user.ada', 'data.tavio_solution.x'],
        lifecycle: {
          prevent_destroy: true,
          create_before_destroy: 'true',
          ignore_changes: ['tags["a b"]', 'list[0].name', 'name'],
          replace_triggered_by: ['tavio_user.ada[0].email'],
        },
        provisioner: [],
        connection: null,
      },
      all: [{ lifecycle: [{ ignore_changes: 'all' }], for_each: { a: 1 } }],
    },
    tavio_user: [{ ada: { count: '${1 + 1}', email: 'a@x', provider: 'tavio.other' } }],
    random_id: { x: { provider: '${tavio.other}' } },
  },
  data: { tavio_solution: { x: {} } },
  output: { o: { value: '${local.b}', description: 'O', sensitive: true, depends_on: ['local.a'] } },
  module: {},
  moved: [],
}

describe('a synthesized stack', () => {
  const config = configOf(stack)

  it('says where state is and which providers are used', () => {
    expect(config.directory).toBe('/stack')
    expect(config.backend).toMatchObject({
      kind: 'local',
      settings: { path: '/app/terraform.main.tfstate' },
    })
    expect([...config.requiredProviders]).toEqual([
      ['tavio', 'hubform/tavio'],
      ['random', 'hashicorp/random'],
    ])
    expect(config.providers.map(({ name, alias, body, place }) => [name, alias, body.source, place])).toEqual(
      [
        ['tavio', undefined, { base_url: '${var.url}' }, { file: 'a.tf.json', address: 'provider.tavio' }],
        ['tavio', 'other', {}, { file: 'a.tf.json', address: 'provider.tavio.other' }],
      ],
    )
  })

  it('has variables with types, converted defaults and rules', () => {
    expect(config.variables.get('url')).toMatchObject({
      type: { kind: 'string' },
      default: 'http://localhost',
      description: 'Where',
      nullable: true,
      sensitive: false,
      parsing: 'literal',
    })
    const sizes = config.variables.get('sizes')
    expect(sizes).toMatchObject({
      default: [{ name: 'a', size: 3 }],
      nullable: false,
      sensitive: true,
      parsing: 'expression',
    })
    expect(sizes?.validations).toHaveLength(1)
  })

  it('has local values and outputs', () => {
    expect([...config.locals.values()].map(({ name, body }) => [name, body.source])).toEqual([
      ['a', 1],
      ['b', '${local.a}'],
    ])
    const output = config.outputs.get('o')
    expect(output).toMatchObject({ description: 'O', sensitive: true, body: { source: '${local.b}' } })
    expect(output?.dependsOn).toMatchObject([{ root: 'local', name: 'a' }])
  })

  it('has resources without comments and meta-arguments in their bodies, and with their construct', () => {
    const acme = config.resources.get('tavio_environment.acme')
    expect(acme?.body.source).toEqual({ name: 'Acme ${local.b}' })
    expect(acme && references(acme.body.expression)).toMatchObject([{ root: 'local', name: 'b' }])
    expect(acme?.place).toEqual({
      file: 'a.tf.json',
      address: 'tavio_environment.acme',
      construct: 'main/acme/env',
    })
    expect(acme?.provider).toEqual({ name: 'tavio' })
    expect(acme?.dependsOn).toMatchObject([
      { root: 'resource', block: { mode: 'managed', type: 'tavio_user', name: 'ada' } },
      { root: 'resource', block: { mode: 'data', type: 'tavio_solution', name: 'x' } },
    ])
    expect(acme?.lifecycle).toMatchObject({
      preventDestroy: true,
      createBeforeDestroy: true,
      ignoreChanges: [['tags', 'a b'], ['list', 0, 'name'], ['name']],
      replaceTriggeredBy: [{ root: 'resource', block: { name: 'ada' }, path: [0, 'email'] }],
    })
  })

  it('reads blocks written as arrays, repetition and provider references', () => {
    const all = config.resources.get('tavio_environment.all')
    expect(all?.lifecycle.ignoreChanges).toBe('all')
    expect(all?.forEach).toMatchObject({ kind: 'literal', value: { a: 1 } })
    const ada = config.resources.get('tavio_user.ada')
    expect(ada?.count).toMatchObject({ kind: 'binary' })
    expect(ada?.provider).toEqual({ name: 'tavio', alias: 'other' })
    expect(config.resources.get('random_id.x')?.provider).toEqual({ name: 'tavio', alias: 'other' })
    expect(config.resources.get('data.tavio_solution.x')?.address.mode).toBe('data')
  })

  it('warns of a provider version that is ignored', () => {
    expect(config.warnings.map(({ severity, summary }) => [severity, summary])).toEqual([
      ['warning', 'Deprecated provider version'],
    ])
  })
})

describe('several blocks', () => {
  it('are merged where a block type or type is written twice, in one file or in several', () => {
    const first = '{"resource": {"a_b": {"x": {}}, "a_b": {"y": {}}}, "resource": {"a_b": {"z": {}}}}'
    const config = configOf(first, [{ resource: { a_b: { w: null, v: {} } } }, { locals: { l: 1 } }])
    expect([...config.resources.keys()]).toEqual(['a_b.x', 'a_b.y', 'a_b.z', 'a_b.v'])
  })

  it('keep exact numbers and odd keys', () => {
    const config = configOf('{"locals": {"n": 9007199254740993, "o": {"__proto__": 1, "//": 2}}}')
    expect(String(config.locals.get('n')?.body.source)).toBe('9007199254740993')
    expect(Object.keys(config.locals.get('o')?.body.source ?? {})).toEqual(['__proto__', '//'])
  })

  it('leave strings of a variable default as they are, as it is never evaluated', () => {
    expect(configOf({ variable: { v: { default: '${1 +' } } }).variables.get('v')?.default).toBe('${1 +')
    expect(problemsOf({ locals: { v: '${1 +' } })).toHaveLength(1)
  })
})
