// The life of objects in the hub, from plan to plan. What others do to them is in tavio-meddling.ts.
import type { Json } from '../../support/engine.ts'
import { customer, environments, hub, lookup, users } from './customers.ts'
import { fails, outputs, steps } from './make.ts'

const cbd = { lifecycle: { create_before_destroy: true } }
const abandoned = undefined
const each = (domains: readonly string[], rest: Json = {}) =>
  environments({
    a: {
      for_each: `\${toset(${JSON.stringify(domains)})}`,
      name: 'Env ${each.key}',
      domain: 'case-${each.key}',
      ...rest,
    },
  })
const counted = (count: number, rest: Json = {}) =>
  users({ a: { count, email: 'u${count.index}@case-x.example', first_name: 'No ${count.index}', ...rest } })
const secrets = (secret: Json | undefined, values: Json = { url: 'https://x.example', retries: '5' }) =>
  customer({
    tavio_deployment: abandoned,
    tavio_user: abandoned,
    tavio_organization_access: abandoned,
    tavio_environment_access: abandoned,
    tavio_configuration: { values, secret_values: secret ?? null },
  })

const key = { variable: { key: { type: 'string', sensitive: true } } }

export const tavioLife = [
  steps('a customer with everything', 'each object waits for what it refers to', customer(), customer()),
  steps(
    'every attribute that can be changed is changed',
    'updates follow each other as creates do',
    customer(),
    customer({
      tavio_environment: { name: 'Acme & Co', description: 'more' },
      tavio_user: { first_name: 'Adele', last_name: 'L' },
      tavio_configuration: { name: 'orders 2', values: { url: 'https://other.example' } },
      tavio_deployment: { name: 'orders 2', enabled: false },
    }),
  ),
  steps(
    'another domain',
    'everything in the environment is made anew',
    customer(),
    customer({ tavio_environment: { domain: 'case-acme-2' } }),
  ),
  steps(
    'another e-mail address',
    'the grants are given anew',
    customer(),
    customer({ tavio_user: { email: 'eve@case-acme.example' } }),
  ),
  steps(
    'a user that is deleted on destroy',
    'the service refuses to delete',
    customer({ tavio_user: { on_destroy: 'delete' } }),
    customer({ tavio_user: { on_destroy: 'delete', email: 'eve@case-acme.example' } }),
  ),
  steps(
    'on_destroy changes',
    'the service need not know',
    customer(),
    customer({ tavio_user: { on_destroy: 'delete' } }),
  ),
  steps(
    'another role',
    'each grant is an object of its own',
    customer(),
    customer({
      tavio_environment_access: { role: 'support' },
      tavio_organization_access: { role: 'owner' },
    }),
  ),
  steps(
    'another spelling',
    'case does not matter in addresses and roles',
    customer(),
    customer({
      tavio_user: { email: 'ADA@case-acme.example' },
      tavio_environment_access: { role: 'Developer' },
    }),
  ),
  steps(
    'empty texts',
    'they are as good as none',
    customer({ tavio_environment: { description: '' }, tavio_user: { last_name: '' } }),
    customer({ tavio_environment: { description: null }, tavio_user: { last_name: null } }),
  ),
  steps(
    'everything is destroyed but the environment',
    'what refers to an object goes before it',
    customer(),
    environments({ a: { name: 'Acme', domain: 'case-acme' } }),
  ),
  steps(
    'a secret changes',
    'it is noticed by its fingerprint',
    secrets({ signingKey: 'a' }),
    secrets({ signingKey: 'b' }),
  ),
  steps(
    'a secret stays',
    'nothing is to be done',
    secrets({ signingKey: 'a' }),
    secrets({ signingKey: 'a' }),
  ),
  steps(
    'a secret comes and goes',
    'null has no fingerprint',
    secrets(undefined),
    secrets({ signingKey: 'a' }),
    secrets(undefined),
  ),
  steps(
    'keys of values come and go',
    'what the service filled in is not tracked',
    secrets(undefined, { url: 'https://x.example' }),
    secrets(undefined, { url: 'https://x.example', retries: '7' }),
    secrets(undefined, { url: 'https://x.example' }),
  ),
  steps(
    'a secret from a variable',
    'what is sensitive stays so',
    {
      config: { ...secrets({ signingKey: '${var.key}' }), ...key },
      vars: { key: 'k' },
    },
    { config: { ...secrets({ signingKey: '${var.key}' }), ...key }, vars: { key: 'l' } },
  ),
  steps(
    'a secret that is known only when it is there',
    'its fingerprint is too',
    {
      ...secrets({ signingKey: '${terraform_data.key.output}' }),
      resource: {
        ...(secrets({ signingKey: '${terraform_data.key.output}' })['resource'] as Json),
        terraform_data: { key: { input: 'k' } },
      },
    },
    {
      ...secrets({ signingKey: '${terraform_data.key.output}' }),
      resource: {
        ...(secrets({ signingKey: '${terraform_data.key.output}' })['resource'] as Json),
        terraform_data: { key: { input: 'l' } },
      },
    },
  ),
  fails('a missing value', 'the solution requires it', secrets(undefined, { retries: '1' })),
  fails(
    'an unknown value',
    'the solution has no such parameter',
    secrets(undefined, { url: 'https://x', nope: '1' }),
  ),
  fails(
    'a secret among values',
    'it would be shown',
    secrets(undefined, { url: 'https://x', signingKey: '1' }),
  ),
  fails(
    'a value of the wrong type',
    'the solution wants a number',
    secrets(undefined, { url: 'https://x', retries: 'many' }),
  ),
  fails('an e-mail address that is none', 'the provider says so', users({ a: { email: 'nobody' } })),
  fails(
    'a required attribute is missing',
    'there is nothing to send',
    environments({ a: { domain: 'case-a' } }),
  ),
  fails('a computed attribute is set', 'it is not for the user', environments({ a: { name: 'A', id: 'x' } })),
  fails('an attribute that there is not', 'it is a mistake', environments({ a: { name: 'A', titel: 'x' } })),
  fails('a solution that there is not', 'the look-up finds none', {
    data: { tavio_solution: { x: { name: 'Nothing' } } },
  }),
  steps(
    'a deployment is switched off and on',
    'the service is waited for',
    customer(),
    customer({ tavio_deployment: { enabled: false } }),
    customer(),
  ),
  steps(
    'a deployment that begins switched off',
    'it is disabled as soon as it is there',
    customer({ tavio_deployment: { enabled: false, timeouts: { create: '5m' } } }),
    customer({ tavio_deployment: { enabled: false, timeouts: { create: '6m', delete: '1m' } } }),
  ),
  steps('environments by key', 'each on its own', each(['x', 'y']), each(['y', 'z']), each([])),
  steps(
    'users by number',
    'those at the end go',
    counted(3),
    counted(1),
    counted(2, { email: 'v${count.index}@case-x.example' }),
  ),
  steps(
    'instances that refer to instances',
    'each to its own',
    hub({
      tavio_environment: {
        a: { for_each: { x: 'X', y: 'Y' }, name: '${each.value}', domain: 'case-${each.key}' },
      },
      tavio_user: {
        a: { for_each: '${tavio_environment.a}', email: '${each.key}@${each.value.domain}.example' },
      },
      tavio_environment_access: {
        a: {
          for_each: '${tavio_user.a}',
          environment: '${tavio_environment.a[each.key].domain}',
          user_id: '${each.value.id}',
          role: 'support',
        },
      },
    }),
    hub({
      tavio_environment: {
        a: { for_each: { y: 'YY', z: 'Z' }, name: '${each.value}', domain: 'case-${each.key}' },
      },
      tavio_user: {
        a: { for_each: '${tavio_environment.a}', email: '${each.key}@${each.value.domain}.example' },
      },
      tavio_environment_access: {
        a: {
          for_each: '${tavio_user.a}',
          environment: '${tavio_environment.a[each.key].domain}',
          user_id: '${each.value.id}',
          role: 'support',
        },
      },
    }),
  ),
  steps(
    'a configuration is made before the one it replaces is destroyed',
    'create_before_destroy',
    customer({ tavio_configuration: cbd }),
    customer({
      tavio_configuration: { ...cbd, solution_id: '<solution Heartbeat>', values: null, secret_values: null },
      tavio_deployment: { solution_id: '<solution Heartbeat>' },
    }),
  ),
  steps(
    'replace_triggered_by the environment',
    'any change of it counts',
    customer({ tavio_configuration: { lifecycle: { replace_triggered_by: ['tavio_environment.a'] } } }),
    customer({
      tavio_environment: { name: 'Other' },
      tavio_configuration: { lifecycle: { replace_triggered_by: ['tavio_environment.a'] } },
    }),
  ),
  steps(
    'ignore_changes of an attribute',
    'it stays as it is',
    customer({ tavio_environment: { lifecycle: { ignore_changes: ['name'] } } }),
    customer({ tavio_environment: { name: 'B', description: 'd', lifecycle: { ignore_changes: ['name'] } } }),
  ),
  steps(
    'ignore_changes of a key of values',
    'the other keys count',
    customer({ tavio_configuration: { lifecycle: { ignore_changes: ['values["retries"]'] } } }),
    customer({
      tavio_configuration: {
        values: { url: 'https://n.example', retries: '9' },
        lifecycle: { ignore_changes: ['values["retries"]'] },
      },
    }),
  ),
  steps(
    'ignore_changes of the domain',
    'nothing is replaced',
    customer({ tavio_environment: { lifecycle: { ignore_changes: ['domain'] } } }),
    customer({ tavio_environment: { domain: 'case-b', lifecycle: { ignore_changes: ['domain'] } } }),
  ),
  fails(
    'prevent_destroy of an environment to be replaced',
    'that would destroy it',
    environments({ a: { name: 'A', domain: 'case-a', lifecycle: { prevent_destroy: true } } }),
    environments({ a: { name: 'A', domain: 'case-b', lifecycle: { prevent_destroy: true } } }),
  ),
  steps(
    'prevent_destroy of an environment that changes',
    'it hinders nothing',
    environments({ a: { name: 'A', domain: 'case-a', lifecycle: { prevent_destroy: true } } }),
    environments({ a: { name: 'B', domain: 'case-a', lifecycle: { prevent_destroy: true } } }),
  ),
  steps(
    'depends_on',
    'order without a value',
    hub({
      tavio_environment: {
        a: { name: 'A', domain: 'case-a' },
        b: { name: 'B', domain: 'case-b', depends_on: ['tavio_user.u'] },
      },
      tavio_user: { u: { email: 'u@case-x.example', depends_on: ['tavio_environment.a'] } },
    }),
    hub({
      tavio_environment: {
        a: { name: 'A2', domain: 'case-a' },
        b: { name: 'B', domain: 'case-c', depends_on: ['tavio_user.u'] },
      },
      tavio_user: { u: { email: 'v@case-x.example', depends_on: ['tavio_environment.a'] } },
    }),
    hub({}),
  ),
  steps(
    'a target',
    'what it refers to is taken in',
    { config: customer(), targets: ['tavio_configuration.a'] },
    customer(),
  ),
  steps(
    'a target when all is destroyed',
    'what refers to it goes too',
    customer(),
    { config: customer(), mode: 'destroy', targets: ['tavio_configuration.a'] },
    customer(),
  ),
  steps(
    'an instance as target',
    'the others wait',
    { config: each(['x', 'y']), targets: ['tavio_environment.a["x"]'] },
    each(['x', 'y']),
  ),
  steps('everything is destroyed', 'users and configurations remain in the hub', customer(), {
    config: customer(),
    mode: 'destroy',
  }),
  steps('replace by request', 'whatever the plan says', customer(), {
    config: customer(),
    replace: ['tavio_deployment.a'],
  }),
  steps('a tainted object', 'it is made anew', customer(), {
    config: customer(),
    taint: ['tavio_environment_access.a'],
  }),
  steps('a tainted environment', 'and all that is in it', customer(), {
    config: customer(),
    taint: ['tavio_environment.a'],
  }),
  steps('without refresh', 'what is recorded is what is', customer(), {
    config: customer({ tavio_environment: { name: 'B' } }),
    refresh: false,
  }),
  steps(
    'look-ups',
    'they see what is there',
    { ...lookup, ...environments({ a: { name: 'A', domain: 'case-a' } }) },
    {
      ...environments({ a: { name: 'A', domain: 'case-a' } }),
      data: {
        tavio_solution: { orders: { name: 'Order webhook' } },
        tavio_solutions: { all: {} },
        tavio_environment: { a: { domain: 'case-a' } },
        tavio_environments: { all: {} },
        tavio_users: { all: {} },
        tavio_user: { owner: { email: 'owner@northwind.example' } },
      },
      output: outputs({
        solutions: '${data.tavio_solutions.all.solutions[*].name}',
        name: '${data.tavio_environment.a.name}',
        version: '${data.tavio_solution.orders.version}',
        owner: '${data.tavio_user.owner.roles}',
        parameters: '${data.tavio_solution.orders.parameters}',
      }),
    },
  ),
  steps(
    'a look-up of what is made in the same run',
    'it waits',
    {
      ...environments({ a: { name: 'A', domain: 'case-a' } }),
      data: {
        tavio_environment: {
          a: { domain: '${tavio_environment.a.domain}', depends_on: ['tavio_environment.a'] },
        },
      },
      output: outputs({ name: '${data.tavio_environment.a.name}', id: '${data.tavio_environment.a.id}' }),
    },
    {
      ...environments({ a: { name: 'B', domain: 'case-a' } }),
      data: {
        tavio_environment: {
          a: { domain: '${tavio_environment.a.domain}', depends_on: ['tavio_environment.a'] },
        },
      },
      output: outputs({ name: '${data.tavio_environment.a.name}', id: '${data.tavio_environment.a.id}' }),
    },
    {
      ...environments({ a: { name: 'B', domain: 'case-b' } }),
      data: { tavio_environment: { a: { domain: '${tavio_environment.a.domain}' } } },
      output: outputs({ name: '${data.tavio_environment.a.name}', id: '${data.tavio_environment.a.id}' }),
    },
  ),
  steps(
    'look-ups by key',
    'each on its own',
    {
      data: {
        tavio_solution: { s: { for_each: '${toset(["Heartbeat", "Invoice sync"])}', name: '${each.value}' } },
      },
      output: outputs({ s: '${{ for k, s in data.tavio_solution.s : k => s.version }}' }),
    },
    {
      data: {
        tavio_solution: {
          s: { for_each: '${toset(["Heartbeat", "Contact import"])}', name: '${each.value}' },
        },
      },
      output: outputs({ s: '${{ for k, s in data.tavio_solution.s : k => s.version }}' }),
    },
  ),
  steps(
    'outputs of everything',
    'what is known after apply is so in outputs',
    customer(
      {},
      {
        output: {
          ...outputs({
            environment: '${tavio_environment.a}',
            user: '${tavio_user.a}',
            access: '${tavio_environment_access.a}',
            deployment: '${tavio_deployment.a}',
            at: '${tavio_environment.a.created_at}',
          }),
          ...outputs({ values: '${tavio_configuration.a.values}' }, true),
        },
      },
    ),
    customer(
      { tavio_environment: { name: 'B' }, tavio_configuration: { values: { url: 'https://z.example' } } },
      {
        output: {
          ...outputs({
            environment: '${tavio_environment.a}',
            deployment: '${tavio_deployment.a.status}',
            at: '${tavio_environment.a.updated_at}',
          }),
          ...outputs({ values: '${tavio_configuration.a.values}' }, true),
        },
      },
    ),
  ),
  steps(
    'objects between those of the hub',
    'values flow through',
    hub({
      tavio_environment: { a: { name: '${terraform_data.n.output}', domain: 'case-a' } },
      terraform_data: {
        n: { input: 'A' },
        after: {
          input: ['${tavio_environment.a.id}', '${tavio_environment.a.status}'],
          triggers_replace: '${tavio_environment.a.domain}',
        },
      },
    }),
    hub({
      tavio_environment: { a: { name: '${terraform_data.n.output}', domain: 'case-a2' } },
      terraform_data: {
        n: { input: 'B' },
        after: {
          input: ['${tavio_environment.a.id}', '${tavio_environment.a.status}'],
          triggers_replace: '${tavio_environment.a.domain}',
        },
      },
    }),
  ),
  steps(
    'an environment comes back',
    'its domain is free again',
    environments({ a: { name: 'A', domain: 'case-a' }, b: { name: 'B', domain: 'case-b' } }),
    environments({ b: { name: 'B', domain: 'case-b' } }),
    environments({ a: { name: 'A', domain: 'case-a' }, b: { name: 'B', domain: 'case-b' } }),
  ),
]
