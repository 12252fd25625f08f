import { type App, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Customer,
  type CustomerProps,
  DataTavioUser,
  TavioProvider,
  User,
} from '../../src/constructs/tavio.ts'

interface Synthesized {
  readonly resource: {
    readonly [type: string]: { readonly [name: string]: { readonly [key: string]: unknown } }
  }
  readonly data: { readonly [type: string]: { readonly [name: string]: { readonly [key: string]: unknown } } }
  readonly output: { readonly [name: string]: { readonly value: unknown } }
}

function stackOf(app: App = Testing.app(), id = 'stack'): TerraformStack {
  const stack = new TerraformStack(app, id)
  new TavioProvider(stack, 'tavio')
  return stack
}

function synth(stack: TerraformStack): Synthesized {
  return JSON.parse(Testing.synth(stack, true)) as Synthesized
}

function only<T>(of: { readonly [name: string]: T } | undefined): T {
  const values = Object.values(of ?? {})
  expect(values).toHaveLength(1)
  return values[0] as T
}

const heartbeat = { solution: 'Heartbeat' } as const

/** Whatever a file may contain. */
function unchecked(props: object): CustomerProps {
  return props as CustomerProps
}

function warningsOf(construct: Customer): string[] {
  return construct.node.metadata.filter((it) => it.type === '@cdktf/warn').map((it) => String(it.data))
}

describe('a customer', () => {
  it('is an environment, users with their grants, configurations, and deployments', () => {
    const stack = stackOf()
    const secret = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true })
    new Customer(stack, 'acme', {
      name: 'Acme',
      domain: 'acme',
      description: 'A customer.',
      users: [
        {
          email: 'Ada@acme.example',
          firstName: 'Ada',
          organizationRoles: ['admin'],
          environmentRoles: ['developer', 'support'],
        },
      ],
      configurations: {
        orders: {
          solution: 'Order webhook',
          values: { url: 'https://acme.example', retries: 3, verbose: true },
          secretValues: { signingKey: secret.stringValue },
        },
      },
      deployments: { orders: { configurations: ['orders'], enabled: false } },
    })
    const { resource, data } = synth(stack)

    const environment = only(resource['tavio_environment'])
    expect(environment).toMatchObject({ name: 'Acme', domain: 'acme', description: 'A customer.' })
    expect(only(resource['tavio_user'])).toMatchObject({ email: 'Ada@acme.example', first_name: 'Ada' })
    expect(only(resource['tavio_user'])).not.toHaveProperty('last_name')
    expect(only(resource['tavio_organization_access'])).toMatchObject({ role: 'admin' })
    const grants = Object.entries(resource['tavio_environment_access'] ?? {})
    expect(grants.map(([, grant]) => grant['role'])).toEqual(['developer', 'support'])
    expect(only(data['tavio_solution'])).toMatchObject({ name: 'Order webhook' })
    expect(only(resource['tavio_configuration'])).toMatchObject({
      name: 'orders',
      values: { url: 'https://acme.example', retries: '3', verbose: 'true' },
      secret_values: { signingKey: '${var.key}' },
      depends_on: grants.map(([name]) => `tavio_environment_access.${name}`),
    })
    expect(only(resource['tavio_deployment'])).toMatchObject({
      name: 'orders',
      enabled: false,
      environment: expect.stringMatching(/^\$\{tavio_environment\..*\.domain\}$/),
      solution_id: expect.stringMatching(/^\$\{data\.tavio_solution\..*\.id\}$/),
      configuration_ids: [expect.stringMatching(/^\$\{tavio_configuration\..*\.id\}$/)],
    })
  })

  it('sends only what it was given', () => {
    const stack = stackOf()
    new Customer(stack, 'acme', { name: 'Acme' })
    const { resource } = synth(stack)
    const { '//': _, ...attributes } = only(resource['tavio_environment'])
    expect(attributes).toEqual({ name: 'Acme' })
    expect(Object.keys(resource)).toEqual(['tavio_environment'])
  })

  it('has the same addresses whatever the order of its entries', () => {
    const users = ['ada', 'sam', 'kim'].map((name) => ({ email: `${name}@acme.example` }))
    const addresses = (props: Pick<CustomerProps, 'users'>) => {
      const stack = stackOf()
      new Customer(stack, 'acme', { name: 'Acme', ...props })
      return Object.keys(synth(stack).resource['tavio_user'] ?? {}).sort()
    }
    expect(addresses({ users })).toEqual(addresses({ users: users.toReversed() }))
  })

  it('tells apart names that read the same', () => {
    const stack = stackOf()
    new Customer(stack, 'acme', {
      name: 'Acme',
      configurations: { 'a b': heartbeat, 'a-b': heartbeat },
      deployments: { 'a b': { configurations: ['a b'] }, 'a-b': { configurations: ['a-b'] } },
    })
    expect(Object.keys(synth(stack).resource['tavio_configuration'] ?? {})).toHaveLength(2)
  })

  it('looks a solution up once for all customers of a stack', () => {
    const stack = stackOf()
    for (const id of ['a', 'b', 'c']) {
      new Customer(stack, id, { name: id, configurations: { beat: heartbeat } })
    }
    expect(Object.keys(synth(stack).data['tavio_solution'] ?? {})).toHaveLength(1)
  })

  it('takes a solution by id without looking it up', () => {
    const stack = stackOf()
    new Customer(stack, 'acme', { name: 'Acme', configurations: { beat: { solutionId: 's-1' } } })
    const { resource, data } = synth(stack)
    expect(data).toBeUndefined()
    expect(only(resource['tavio_configuration'])).toMatchObject({ solution_id: 's-1' })
  })

  it('shares a user with another customer', () => {
    const stack = stackOf()
    const acme = new Customer(stack, 'acme', { name: 'Acme', users: [{ email: 'Ada@acme.example' }] })
    new Customer(stack, 'globex', {
      name: 'Globex',
      users: [{ user: acme.user('ada@ACME.example'), environmentRoles: ['support'] }],
    })
    const { resource } = synth(stack)
    const [name] = Object.keys(resource['tavio_user'] ?? {})
    expect(only(resource['tavio_user'])).toMatchObject({ email: 'Ada@acme.example' })
    expect(only(resource['tavio_environment_access'])).toMatchObject({ user_id: `\${tavio_user.${name}.id}` })
  })

  it('grants roles to a user that is only looked up', () => {
    const stack = stackOf()
    const user = new DataTavioUser(stack, 'ada', { email: 'ada@acme.example' })
    new Customer(stack, 'acme', { name: 'Acme', users: [{ user, environmentRoles: ['developer'] }] })
    expect(only(synth(stack).resource['tavio_environment_access'])).toMatchObject({
      user_id: '${data.tavio_user.ada.id}',
    })
  })

  it('takes a reference as e-mail address when it has an id', () => {
    const stack = stackOf()
    const email = new TerraformVariable(stack, 'email', { type: 'string' }).stringValue
    const acme = new Customer(stack, 'acme', { name: 'Acme', users: [{ id: 'boss', email }] })
    expect(acme.user('boss').node.id).toBe('user-boss')
    expect(only(synth(stack).resource['tavio_user'])).toMatchObject({ email: '${var.email}' })
  })

  it('takes expressions written by hand as what they are', () => {
    const stack = stackOf()
    const acme = new Customer(stack, 'acme', {
      name: 'Acme',
      users: [{ id: 'boss', email: '${var.boss}', environmentRoles: ['${var.role}'] }],
      configurations: { orders: { solution: '${var.solution}', secretValues: { key: '${var.key}' } } },
    })
    expect(warningsOf(acme)).toEqual([])
    expect(only(synth(stack).resource['tavio_configuration'])).toMatchObject({
      secret_values: { key: '${var.key}' },
    })
  })

  it('takes a reference to a whole map of values or secrets', () => {
    const stack = stackOf()
    const variable = new TerraformVariable(stack, 'settings', { type: 'map(string)', sensitive: true })
    const settings = Token.asStringMap(variable.value)
    new Customer(stack, 'acme', {
      name: 'Acme',
      configurations: { orders: { solutionId: 's', values: settings, secretValues: settings } },
    })
    expect(only(synth(stack).resource['tavio_configuration'])).toMatchObject({
      values: '${var.settings}',
      secret_values: '${var.settings}',
    })
  })

  it('takes a number that is a reference', () => {
    const stack = stackOf()
    const retries = new TerraformVariable(stack, 'retries', { type: 'number' }).numberValue
    new Customer(stack, 'acme', {
      name: 'Acme',
      configurations: { orders: { solutionId: 's', values: { retries } } },
    })
    expect(only(synth(stack).resource['tavio_configuration'])).toMatchObject({
      values: { retries: '${var.retries}' },
    })
  })

  it('hands its provider to everything in it', () => {
    const stack = stackOf()
    const provider = new TavioProvider(stack, 'other', { alias: 'other', organization: 'other' })
    new Customer(stack, 'acme', {
      name: 'Acme',
      provider,
      users: [{ email: 'a@acme.example', organizationRoles: ['admin'], environmentRoles: ['support'] }],
      configurations: { beat: heartbeat },
      deployments: { beat: { configurations: ['beat'] } },
    })
    const { resource, data } = synth(stack)
    const blocks = [...Object.values(resource), ...Object.values(data)].flatMap((it) => Object.values(it))
    expect(blocks).toHaveLength(7)
    for (const block of blocks) expect(block['provider']).toBe('tavio.other')
  })

  it('makes one output of what is worth knowing', () => {
    const stack = stackOf()
    new Customer(stack, 'acme', { name: 'Acme', users: [{ email: 'Ada@acme.example' }] }).output()
    expect(synth(stack).output).toEqual({
      acme: {
        value: {
          environment: {
            id: expect.stringContaining('.id}'),
            domain: expect.stringContaining('.domain}'),
            status: expect.stringContaining('.status}'),
          },
          users: { 'ada@acme.example': expect.stringContaining('.id}') },
          deployments: {},
        },
      },
    })
  })

  it('says what it has when asked for what it has not', () => {
    const acme = new Customer(stackOf(), 'acme', { name: 'Acme', users: [{ email: 'ada@acme.example' }] })
    expect(() => acme.user('sam@acme.example')).toThrow(
      '[stack/acme] has no user "sam@acme.example". It has: ada@acme.example.',
    )
    expect(() => acme.deployment('x')).toThrow('[stack/acme] has no deployment "x". It has: none.')
  })
})

describe('a mistake in a customer is found at synthesis', () => {
  const cases: readonly { readonly name: string; readonly props: object; readonly message: string }[] = [
    {
      name: 'no name',
      props: { domain: 'acme' },
      message: '[stack/acme] name is missing: give the customer a display name.',
    },
    {
      name: 'a misspelled property',
      props: { name: 'Acme', deploymnets: {} },
      message:
        '[stack/acme] deploymnets is not a property that a customer can have. Did you mean "deployments"?',
    },
    {
      name: 'a misspelled property of a user',
      props: { name: 'Acme', users: [{ email: 'a@b.example', firstname: 'A' }] },
      message:
        '[stack/acme] users[0].firstname is not a property that a customer can have. Did you mean "firstName"?',
    },
    {
      name: 'one e-mail address twice, in different case',
      props: { name: 'Acme', users: [{ email: 'Ada@acme.example' }, { email: 'ada@ACME.example' }] },
      message:
        '[stack/acme] users[1] has the same email as users[0], "ada@ACME.example" (case does not count): ' +
        'put all roles of a person into one entry.',
    },
    {
      name: 'a user without e-mail address',
      props: { name: 'Acme', users: [{ firstName: 'Ada' }] },
      message: '[stack/acme] users[0] has no email: every user is invited by e-mail.',
    },
    {
      name: 'a reference as e-mail address without an id',
      props: { name: 'Acme', users: [{ email: Token.asString({ resolve: () => 'x' }) }] },
      message: '[stack/acme] users[0] has a reference as email: give it an id as well.',
    },
    {
      name: 'something else than a list of users',
      props: { name: 'Acme', users: { ada: { email: 'ada@acme.example' } } },
      message: '[stack/acme] users must be a list, not an object.',
    },
    {
      name: 'a setting that is no scalar, without its value',
      props: { name: 'Acme', configurations: { a: { ...heartbeat, values: { key: ['hunter2'] } } } },
      message:
        '[stack/acme] configurations.a.values.key must be a string or a number or a boolean, not a list.',
    },
    {
      name: 'null for text',
      props: { name: 'Acme', description: null },
      message: '[stack/acme] description must be a string, not null.',
    },
    {
      name: 'an existing user that is no construct',
      props: { name: 'Acme', users: [{ user: 'ada' }] },
      message: '[stack/acme] users[0].user must be a construct, not a string.',
    },
    {
      name: 'a configuration without solution',
      props: { name: 'Acme', configurations: { orders: { values: {} } } },
      message: '[stack/acme] configurations.orders says no solution: give solution, its name, or solutionId.',
    },
    {
      name: 'a configuration with two solutions',
      props: { name: 'Acme', configurations: { orders: { solution: 'A', solutionId: 'b' } } },
      message: '[stack/acme] configurations.orders gives both solution and solutionId: keep one of them.',
    },
    {
      name: 'a literal secret',
      props: {
        name: 'Acme',
        configurations: { orders: { ...heartbeat, secretValues: { key: 'hunter2' } } },
      },
      message:
        '[stack/acme] configurations.orders.secretValues.key is written literally, so that the secret would be in ' +
        'the synthesized files: pass a reference, as the value of a sensitive TerraformVariable.',
    },
    {
      name: 'a deployment without configuration',
      props: { name: 'Acme', deployments: { orders: { configurations: [] } } },
      message:
        '[stack/acme] deployments.orders has no configuration: name at least one in its configurations.',
    },
    {
      name: 'a deployment that says nothing of configurations',
      props: { name: 'Acme', deployments: { orders: {} } },
      message:
        '[stack/acme] deployments.orders has no configuration: name at least one in its configurations.',
    },
    {
      name: 'a deployment of a configuration that is not there',
      props: {
        name: 'Acme',
        configurations: { orders: heartbeat },
        deployments: { orders: { configurations: ['order'] } },
      },
      message:
        '[stack/acme] deployments.orders uses the configuration "order", which this customer does not have. ' +
        'Did you mean "orders"?',
    },
    {
      name: 'a deployment of two solutions',
      props: {
        name: 'Acme',
        configurations: { a: { solution: 'A' }, b: { solution: 'B' } },
        deployments: { both: { configurations: ['a', 'b'] } },
      },
      message:
        '[stack/acme] deployments.both mixes configurations of several solutions (A, B): ' +
        'a deployment runs one solution; make one deployment for each.',
    },
  ]
  it.each(cases)('$name', ({ props, message }) => {
    const stack = stackOf()
    new Customer(stack, 'acme', unchecked(props))
    expect(() => synth(stack)).toThrow(message)
  })

  it('with all others, and the secret is not repeated', () => {
    const stack = stackOf()
    new Customer(
      stack,
      'acme',
      unchecked({ nmae: 'Acme', configurations: { a: { secretValues: { key: 'hunter2' } } } }),
    )
    let text = ''
    try {
      synth(stack)
    } catch (error) {
      text = String(error)
    }
    expect(text.match(/\[stack\/acme\]/g)).toHaveLength(4)
    expect(text).not.toContain('hunter2')
  })

  it('before an app stumbles over what is missing because of it', () => {
    const acme = new Customer(stackOf(), 'acme', unchecked({ name: 'Acme', users: 'ada' }))
    expect(() => acme.user('ada')).toThrow('[stack/acme] users must be a list, not a string.')
  })

  it('whatever a file contains, and never before', () => {
    const names = fc.constantFrom('name', 'domain', 'users', 'configurations', 'deployments', 'x')
    const entry = fc.constantFrom('email', 'solution', 'values', 'configurations', 'environmentRoles', 'user')
    const inner = fc.oneof(fc.jsonValue(), fc.dictionary(entry, fc.jsonValue()))
    const outer = fc.oneof(inner, fc.array(inner), fc.dictionary(fc.string({ minLength: 1 }), inner))
    fc.assert(
      fc.property(fc.dictionary(names, outer), (props) => {
        const stack = stackOf()
        new Customer(stack, 'acme', unchecked(props))
        try {
          synth(stack)
        } catch (error) {
          expect(String(error)).toContain('[stack')
        }
      }),
    )
  })

  it('when an existing user is named twice', () => {
    const stack = stackOf()
    const user = new User(stack, 'ada', { email: 'ada@acme.example' })
    new Customer(stack, 'acme', { name: 'Acme', users: [{ user }, { user, environmentRoles: ['support'] }] })
    expect(() => synth(stack)).toThrow('[stack/acme] users[1] is the same user as users[0]')
  })

  it('when two customers of a stack invite one person', () => {
    const stack = stackOf()
    new Customer(stack, 'acme', { name: 'Acme', users: [{ email: 'ada@acme.example' }] })
    new Customer(stack, 'globex', { name: 'Globex', users: [{ email: 'Ada@acme.example' }] })
    expect(() => synth(stack)).toThrow(
      '[stack] stack/acme/ada_at_acme-example and stack/globex/ada_at_acme-example both invite "Ada@acme.example"',
    )
  })

  it('when a customer invites one who is a user of the stack already', () => {
    const stack = stackOf()
    new User(stack, 'desk', { email: 'desk@north.example' })
    new Customer(stack, 'acme', { name: 'Acme', users: [{ email: 'desk@north.example' }] })
    expect(() => synth(stack)).toThrow('stack/desk and stack/acme/desk_at_north-example both invite')
  })

  it('when two customers of an app have one domain, also in different stacks', () => {
    const app = Testing.app()
    new Customer(stackOf(app, 'one'), 'acme', { name: 'Acme', domain: 'acme' })
    const two = stackOf(app, 'two')
    new Customer(two, 'other', { name: 'Other', domain: 'acme' })
    expect(() => synth(two)).toThrow('[two/other] domain "acme" is also that of one/acme')
  })

  it('but not when the customers are of different organizations', () => {
    const app = Testing.app()
    const stacks = ['staging', 'production'].map((organization) => {
      const stack = new TerraformStack(app, organization)
      new TavioProvider(stack, 'tavio', { organization })
      new Customer(stack, 'acme', { name: 'Acme', domain: 'acme', users: [{ email: 'a@acme.example' }] })
      return stack
    })
    for (const stack of stacks) expect(() => synth(stack)).not.toThrow()
  })
})

describe('an unknown role', () => {
  it.each([
    {
      kind: 'organizationRoles',
      role: 'amdin',
      warning:
        'users[0].organizationRoles names "amdin", which is not a role that Tavio documents (admin, owner); ' +
        'the service may refuse it. Did you mean "admin"?',
    },
    {
      kind: 'environmentRoles',
      role: 'Developer',
      warning:
        'users[0].environmentRoles names "Developer", which is not a role that Tavio documents ' +
        '(developer, support); the service may refuse it. Did you mean "developer"?',
    },
    {
      kind: 'environmentRoles',
      role: 'specialist',
      warning:
        'users[0].environmentRoles names "specialist", which is not a role that Tavio documents ' +
        '(developer, support); the service may refuse it.',
    },
  ])('$role is a warning only, since the service may know more', ({ kind, role, warning }) => {
    const stack = stackOf()
    const acme = new Customer(stack, 'acme', {
      name: 'Acme',
      users: [{ email: 'a@b.example', [kind]: [role] }],
    })
    expect(warningsOf(acme)).toEqual([warning])
    expect(() => synth(stack)).not.toThrow()
  })

  it('is not looked for in references', () => {
    const stack = stackOf()
    const role = new TerraformVariable(stack, 'role', { type: 'string' }).stringValue
    const user = { email: 'a@b.example', environmentRoles: [role] }
    expect(warningsOf(new Customer(stack, 'acme', { name: 'Acme', users: [user] }))).toEqual([])
  })
})
