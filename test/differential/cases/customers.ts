// Configurations of customers for the cases that have a hub. Names in the hub begin with "case-": each case has its own.
import type { Json } from '../../support/engine.ts'

type Blocks = { readonly [type: string]: { readonly [name: string]: Json } }

/** A configuration of objects by type and name, and what else there is. */
export const hub = (resource: Blocks, rest: Json = {}): Json => ({ resource, ...rest })

/** The look-up of a solution. */
export const lookup: Json = { data: { tavio_solution: { orders: { name: 'Order webhook' } } } }

/** Environments by name. */
export const environments = (named: { readonly [name: string]: Json }, rest: Json = {}): Json =>
  hub({ tavio_environment: named }, rest)

/** Users by name. */
export const users = (named: { readonly [name: string]: Json }, rest: Json = {}): Json =>
  hub({ tavio_user: named }, rest)

const acme = { name: 'Acme', domain: 'case-acme' }
const url = 'https://acme.example/orders'

/**
 * An environment with one of everything, all named `a`.
 *
 * `change` is laid over the attributes of a type; undefined leaves its object out.
 */
export function customer(change: { readonly [type: string]: Json | undefined } = {}, rest: Json = {}): Json {
  const all: { [type: string]: Json } = {
    tavio_environment: acme,
    tavio_user: { email: 'ada@case-acme.example', first_name: 'Ada' },
    tavio_organization_access: { user_id: '${tavio_user.a.id}', role: 'admin' },
    tavio_environment_access: {
      environment: '${tavio_environment.a.domain}',
      user_id: '${tavio_user.a.id}',
      role: 'developer',
    },
    tavio_configuration: {
      environment: '${tavio_environment.a.domain}',
      solution_id: '${data.tavio_solution.orders.id}',
      name: 'orders',
      values: { url, retries: '5' },
      secret_values: { signingKey: 'one' },
    },
    tavio_deployment: {
      environment: '${tavio_environment.a.domain}',
      solution_id: '${data.tavio_solution.orders.id}',
      configuration_ids: ['${tavio_configuration.a.id}'],
      name: 'orders',
    },
  }
  const left = Object.entries(all).filter(([type]) => !(type in change) || change[type] !== undefined)
  const changed = left.map(([type, one]) => [type, { a: { ...one, ...change[type] } }])
  return { ...lookup, resource: Object.fromEntries(changed), ...rest }
}
