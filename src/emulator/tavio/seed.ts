// What is there at the beginning: an organization, its OAuth client, its owner, and five solutions.
import type { IdSource } from '../ids.ts'
import type { Organization, Parameter, Solution, Tables } from './model.ts'

/** The organization and its credentials; they follow from the seed alone. */
export function seededOrganization(ids: IdSource): Organization {
  return {
    domain: 'northwind',
    clientId: ids.fixed('client'),
    clientSecret: `emulated-${ids.fixed('client secret')}`,
    scope: 'api.organization.admin',
    username: 'owner@northwind.example',
    password: `emulated-${ids.fixed('password')}`,
  }
}

/** Fills empty tables. */
export function seedTables(tables: Tables, ids: IdSource, organization: Organization): void {
  tables.users.put({
    id: ids.fixed('owner'),
    username: organization.username,
    email: organization.username,
    firstName: 'Olga',
    lastName: 'Owner',
    status: 'ACTIVE',
    roles: ['owner'],
    mfaRequired: false,
    mfaConfigured: false,
    changePassword: false,
    invite_expired: false,
    password: organization.password,
  })
  for (const solution of solutions) tables.solutions.put({ id: ids.fixed(solution.name), ...solution })
}

const solutions: readonly Omit<Solution, 'id'>[] = [
  {
    name: 'Candidate export',
    description: 'Sends hired candidates from the applicant tracker to the HR system.',
    version: '1.4.0',
    parameters: [
      secret('apiKey', 'API key'),
      parameter('region', 'Region of the tracker', 'string', 'eu'),
      parameter('batchSize', 'Candidates per request', 'number', 50),
      parameter('dryRun', 'Only log what would be sent', 'boolean', false),
    ],
  },
  {
    name: 'Invoice sync',
    description: 'Keeps invoices of the shop and the accounting system in step.',
    version: '2.0.3',
    parameters: [
      required('baseUrl', 'Address of the accounting system', 'string'),
      required('clientId', 'Client id', 'string'),
      secret('clientSecret', 'Client secret'),
      required('taxRate', 'Default tax rate in percent', 'number'),
      parameter('includeDrafts', 'Also copy drafts', 'boolean', null),
    ],
  },
  {
    name: 'Order webhook',
    description: 'Forwards orders to an address of the customer.',
    version: '0.9.1',
    parameters: [
      required('url', 'Address that receives the orders', 'string'),
      { ...secret('signingKey', 'Key that signs each message'), required: false },
      parameter('retries', 'Attempts per message', 'number', 3),
    ],
  },
  {
    name: 'Contact import',
    description: 'Loads contacts from a file drop every night.',
    version: '3.1.0',
    parameters: [
      required('host', 'Host of the file drop', 'string'),
      required('port', 'Port of the file drop', 'number'),
      required('username', 'User name', 'string'),
      secret('password', 'Password'),
      required('overwrite', 'Replace contacts that exist', 'boolean'),
    ],
  },
  {
    name: 'Heartbeat',
    description: 'Reports every minute that the customer is connected. Needs no settings.',
    version: '1.0.0',
    parameters: [],
  },
]

function parameter(
  key: string,
  label: string,
  type: Parameter['type'],
  standard: Parameter['default'],
): Parameter {
  return { key, label, type, required: false, secret: false, default: standard }
}

function required(key: string, label: string, type: Parameter['type']): Parameter {
  return { key, label, type, required: true, secret: false, default: null }
}

function secret(key: string, label: string): Parameter {
  return { key, label, type: 'string', required: true, secret: true, default: null }
}
