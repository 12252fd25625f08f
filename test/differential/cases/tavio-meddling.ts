// What others do to the hub between two runs, and calls that go wrong in one.
import type { Json } from '../../support/engine.ts'
import type { Case, CaseStep } from '../case.ts'
import type { Meddling } from '../meddle.ts'
import { customer, environments, hub, users } from './customers.ts'
import { fails, steps } from './make.ts'

const after = (config: Json, ...meddle: readonly Meddling[]): CaseStep => ({ config, meddle })
const failing = (config: Json, ...faults: NonNullable<CaseStep['faults']>): CaseStep => ({ config, faults })

const acme = 'case-acme'
const ada = 'ada@case-acme.example'

const behind: readonly (readonly [name: string, because: string, ...meddle: Meddling[]])[] = [
  [
    'an environment is renamed',
    'it gets its name back',
    { table: 'environments', key: acme, fields: { name: 'Mine' } },
  ],
  [
    'an environment is described',
    'a description is taken back',
    { table: 'environments', key: acme, fields: { description: 'new' } },
  ],
  [
    'an environment was touched',
    'a time alone is no change',
    { table: 'environments', key: acme, fields: { updatedAt: '2031-01-01T00:00:00Z' } },
  ],
  ['an environment is gone', 'with all that was in it', { table: 'environments', key: acme, fields: null }],
  [
    'a user is renamed',
    'the name comes back',
    { table: 'users', key: ada, fields: { firstName: 'Eve', lastName: 'L' } },
  ],
  [
    'a user has accepted',
    'a status is the service’s own',
    { table: 'users', key: ada, fields: { status: 'ACTIVE', mfaConfigured: true } },
  ],
  [
    'a user has another address',
    'that is another user',
    { table: 'users', key: ada, fields: { email: 'eve@case-acme.example' } },
  ],
  ['a user is gone', 'and the grants with it', { table: 'users', key: ada, fields: null }],
  [
    'a role in the organization is revoked',
    'it is given again',
    { table: 'users', key: ada, fields: { roles: [] } },
  ],
  [
    'another role in the organization',
    'it is none of ours',
    { table: 'users', key: ada, fields: { roles: ['admin', 'owner'] } },
  ],
  [
    'a role in an environment is revoked',
    'it is given again',
    { table: 'memberships', key: `${acme}/${ada}`, fields: null },
  ],
  [
    'another role in an environment',
    'it is none of ours',
    { table: 'memberships', key: `${acme}/${ada}`, fields: { roles: ['developer', 'support'] } },
  ],
  [
    'a configuration is renamed',
    'the name comes back',
    { table: 'configurations', key: `${acme}/orders`, fields: { name: 'mine' } },
  ],
  [
    'values of a configuration change',
    'they come back',
    {
      table: 'configurations',
      key: `${acme}/orders`,
      fields: { values: { url: 'https://evil.example', retries: 3, signingKey: 'one' } },
    },
  ],
  [
    'a value is added to a configuration',
    'it is taken away',
    {
      table: 'configurations',
      key: `${acme}/orders`,
      fields: { values: { url: 'https://acme.example/orders', signingKey: 'two' } },
    },
  ],
  [
    'a configuration is gone',
    'its deployment refers to nothing',
    { table: 'configurations', key: `${acme}/orders`, fields: null },
  ],
  [
    'a deployment is renamed',
    'the name comes back',
    { table: 'deployments', key: `${acme}/orders`, fields: { name: 'mine' } },
  ],
  [
    'a deployment is switched off',
    'it is switched on',
    { table: 'deployments', key: `${acme}/orders`, fields: { enabled: false, status: 'UNDEPLOYED' } },
  ],
  [
    'a deployment failed',
    'it is tried again',
    { table: 'deployments', key: `${acme}/orders`, fields: { enabled: false, status: 'FAILED' } },
  ],
  [
    'a deployment of another version',
    'the version is the service’s own',
    { table: 'deployments', key: `${acme}/orders`, fields: { version: '9.9.9' } },
  ],
  [
    'a deployment without configurations',
    'they come back',
    { table: 'deployments', key: `${acme}/orders`, fields: { configurationIds: [] } },
  ],
  ['a deployment is gone', 'it is made again', { table: 'deployments', key: `${acme}/orders`, fields: null }],
]

const repaired = behind.map(([name, because, ...meddle]) =>
  steps(`behind the back: ${name}`, because, customer(), after(customer(), ...meddle)),
)
const gone: Meddling = { table: 'environments', key: acme, fields: null }
const renamed: Meddling = { table: 'environments', key: acme, fields: { name: 'Mine' } }

export const tavioMeddling: readonly Case[] = [
  ...repaired,
  steps('only looked at: renamed', 'it is recorded as it is', customer(), {
    ...after(customer(), renamed, { table: 'users', key: ada, fields: { lastName: 'L' } }),
    mode: 'refresh-only',
  }),
  steps(
    'only looked at: gone',
    'its record goes',
    customer(),
    { ...after(customer(), gone), mode: 'refresh-only' },
    customer(),
  ),
  steps('destroyed: gone already', 'what is gone is done', customer(), {
    ...after(customer(), gone),
    mode: 'destroy',
  }),
  steps('destroyed: renamed', 'it is destroyed all the same', customer(), {
    ...after(customer(), renamed),
    mode: 'destroy',
  }),
  steps(
    'not looked at: renamed',
    'nobody notices',
    customer(),
    { ...after(customer(), renamed), refresh: false },
    customer(),
  ),
  steps(
    'not looked at: gone',
    'a change of it fails in the service',
    environments({ a: { name: 'A', domain: 'case-a' } }),
    {
      ...after(environments({ a: { name: 'B', domain: 'case-a' } }), {
        table: 'environments',
        key: 'case-a',
        fields: null,
      }),
      refresh: false,
    },
  ),
  steps(
    'ignored: renamed',
    'the other name stays',
    customer({ tavio_environment: { lifecycle: { ignore_changes: ['name'] } } }),
    after(customer({ tavio_environment: { lifecycle: { ignore_changes: ['name'] } } }), renamed),
  ),
  fails(
    'there already: a domain',
    'it is not taken over',
    after(environments({ a: { name: 'A', domain: 'case-a' } }), {
      table: 'environments',
      key: 'case-a',
      fields: {},
    }),
  ),
  fails(
    'there already: an address',
    'no second invitation',
    after(users({ a: { email: 'u@case-x.example' } }), {
      table: 'users',
      key: 'u@case-x.example',
      fields: {},
    }),
  ),
  steps(
    'there already: a role',
    'it counts as given',
    users({ a: { email: 'u@case-x.example' } }),
    after(
      hub({
        tavio_user: { a: { email: 'u@case-x.example' } },
        tavio_organization_access: { a: { user_id: '${tavio_user.a.id}', role: 'admin' } },
      }),
      { table: 'users', key: 'u@case-x.example', fields: { roles: ['admin'] } },
    ),
  ),
  fails(
    'fails: an environment cannot be made',
    'nothing in it is tried',
    failing(customer(), { method: 'POST', path: '/v1/*/environments', status: 400 }),
  ),
  fails(
    'fails: a configuration cannot be made',
    'its deployment is not tried',
    failing(customer(), { route: 'createConfiguration', status: 400 }),
  ),
  fails(
    'fails: a deployment cannot be made',
    'the rest is there',
    failing(customer(), { route: 'createDeployment', status: 400 }),
  ),
  fails(
    'fails: a user cannot be made',
    'its grants are not tried',
    failing(customer(), { route: 'createUser', status: 403 }),
  ),
  fails(
    'fails: a role cannot be given',
    'the rest is there',
    failing(customer(), { route: 'grantEnvironmentAccess', status: 400, times: 9 }),
  ),
  steps(
    'goes wrong once: an answer is lost',
    'it is looked for',
    failing(customer(), { route: 'createEnvironment', drop: 'after' }),
  ),
  steps(
    'goes wrong once: too many requests',
    'it is tried again',
    failing(customer(), { route: 'createConfiguration', status: 429, headers: { 'retry-after': '1' } }),
  ),
  fails(
    'fails: a change',
    'what is recorded stays',
    customer(),
    failing(customer({ tavio_environment: { name: 'B' }, tavio_user: { last_name: 'L' } }), {
      route: 'updateEnvironment',
      status: 400,
      times: 9,
    }),
  ),
  fails('fails: a deletion', 'it stays recorded', customer(), {
    ...failing(customer(), { route: 'deleteEnvironment', status: 403, times: 99 }),
    mode: 'destroy',
  }),
  fails(
    'fails: the deletion of what is replaced',
    'its successor is not made',
    environments({ a: { name: 'A', domain: 'case-a' } }),
    failing(environments({ a: { name: 'A', domain: 'case-b' } }), {
      route: 'deleteEnvironment',
      status: 403,
      times: 99,
    }),
  ),
  fails(
    'fails: reading back what was made',
    'it is there, and recorded as tainted',
    failing(environments({ a: { name: 'A', domain: 'case-a' }, b: { name: 'B', domain: 'case-b' } }), {
      path: '/v1/*/environments/case-a',
      method: 'GET',
      status: 403,
      times: 99,
    }),
  ),
]
