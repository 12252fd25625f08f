// What must compile, and what must not. Checked by `npm run typecheck`; never run.
import { type App, TerraformStack } from 'cdktf'
import {
  Configuration,
  Customer,
  Environment,
  EnvironmentToken,
  OrganizationToken,
  TavioProvider,
  User,
} from 'hubform/tavio'

declare const app: App
const stack = new TerraformStack(app, 'types')
new TavioProvider(stack, 'tavio', { organization: 'northwind' })

// Bindings.
const environment = new Environment(stack, 'environment', { name: 'Acme', domain: 'acme' })
new Configuration(stack, 'configuration', {
  environment: environment.domain,
  solutionId: 's',
  name: 'c',
  values: { url: 'https://acme.example' },
})
// @ts-expect-error A required attribute is missing.
new Environment(stack, 'no-name', { domain: 'acme' })
// @ts-expect-error A computed attribute cannot be set.
new Environment(stack, 'status', { name: 'Acme', status: 'ACTIVE' })
// @ts-expect-error A computed attribute cannot be assigned either.
environment.createdAt = '2021-01-01T00:00:00Z'
// @ts-expect-error A number is no string.
new Environment(stack, 'number', { name: 1 })
// @ts-expect-error There is no such attribute.
new User(stack, 'user', { email: 'a@b.example', mail: 'a@b.example' })
// @ts-expect-error There is no such provider setting.
new TavioProvider(stack, 'other', { organisation: 'northwind' })

// Ephemeral resources.
new TavioProvider(stack, 'lent', { clientSecret: new OrganizationToken(stack, 'token').value })
const seconds: number = new EnvironmentToken(stack, 'inside', { environment: environment.domain }).expiresIn
// @ts-expect-error A token is for one environment.
new EnvironmentToken(stack, 'nowhere', {})
// @ts-expect-error What the service assigns cannot be set.
new OrganizationToken(stack, 'set', { token: 'x', expiresIn: seconds })

// Customers.
const customer = new Customer(stack, 'customer', {
  name: 'Acme',
  users: [{ email: 'a@b.example' }, { user: new User(stack, 'u', { email: 'c@d.example' }) }],
  configurations: { orders: { solution: 'Order webhook' }, beat: { solutionId: 's' } },
  deployments: { orders: { configurations: ['orders'] } },
})
customer.configuration('orders')
// @ts-expect-error The customer has no such configuration.
customer.configuration('order')
new Customer(stack, 'deployment', {
  name: 'Acme',
  configurations: { orders: { solution: 'Order webhook' } },
  // @ts-expect-error The customer has no such configuration.
  deployments: { orders: { configurations: ['order'] } },
})
new Customer(stack, 'no-solution', {
  name: 'Acme',
  // @ts-expect-error A configuration is of a solution.
  configurations: { orders: { values: {} } },
})
new Customer(stack, 'two-solutions', {
  name: 'Acme',
  // @ts-expect-error By name or by id, not both.
  configurations: { orders: { solution: 'Order webhook', solutionId: 's' } },
})
new Customer(stack, 'both-users', {
  name: 'Acme',
  // @ts-expect-error A user is invited here or made elsewhere, not both.
  users: [{ email: 'a@b.example', user: customer.user('a@b.example') }],
})
new Customer(stack, 'shared-organization-role', {
  name: 'Acme',
  // @ts-expect-error An organization role is given where the user is made.
  users: [{ user: customer.user('a@b.example'), organizationRoles: ['admin'] }],
})
// @ts-expect-error Nobody is called undefined.
new Customer(stack, 'no-name', { domain: 'acme' })
