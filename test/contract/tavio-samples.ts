// The resources of the Tavio Hub, as the resource suite wants to know them.
import type { Emulator } from '../../src/emulator/server.ts'
import { type Blocks, customer, exportSolution, solutionId } from '../support/customer.ts'
import type { ResourceSample } from './resource.ts'

/** Another environment and another user, to refer to after a change. */
const beta: Blocks = {
  tavio_environment: { beta: { name: 'Beta', domain: 'beta' } },
  tavio_user: { beta: { email: 'bob@beta.example' } },
}

const [acmeEnvironment, betaEnvironment] = ['acme', 'beta'].map(
  (name) => `\${tavio_environment.${name}.domain}`,
) as [string, string]

/** A customer's blocks of some types, with `beta` beside them. */
function part(hub: Emulator, types: readonly string[], besides: Blocks = {}): Blocks {
  const all = [customer(hub, 'acme'), beta, besides]
  const names = new Set([...types, ...Object.keys(besides)])
  return Object.fromEntries(
    [...names].map((type) => [type, Object.assign({}, ...all.map((blocks) => blocks[type] ?? {}))]),
  )
}

const remainsUnlessDeleted = (summary: string) => (hub: Emulator) =>
  hub.tavio.switches().deletes ? undefined : summary

export const tavioSamples: readonly ResourceSample[] = [
  {
    type: 'tavio_environment',
    blocks: (hub) => ({ tavio_environment: customer(hub, 'acme')['tavio_environment'] ?? {} }),
    updates: () => [
      { name: 'name', change: { name: 'Acme "🚀" \\o/\nCo' } },
      { name: 'description', change: { description: 'Another' } },
      { name: 'description taken out', change: { description: undefined } },
      { name: 'both', change: { name: 'Both', description: 'at once' } },
    ],
    replacements: () => [{ name: 'domain', change: { domain: 'elsewhere' } }],
    importId: () => 'acme',
  },
  {
    type: 'tavio_user',
    blocks: (hub) => ({ tavio_user: customer(hub, 'acme')['tavio_user'] ?? {} }),
    updates: () => [
      { name: 'first name', change: { first_name: 'Augusta' } },
      { name: 'last name', change: { last_name: 'King' } },
      { name: 'last name taken out', change: { last_name: undefined } },
      { name: 'what destroying does', change: { on_destroy: 'delete' } },
    ],
    replacements: () => [
      { name: 'e-mail address', change: { email: 'augusta@acme.example' } },
      { name: 'e-mail address and user name', change: { email: 'a@acme.example', username: 'augusta' } },
    ],
    importId: () => 'ADA@acme.example',
    remains: () => 'User still exists',
  },
  {
    type: 'tavio_organization_access',
    blocks: (hub) => part(hub, ['tavio_user', 'tavio_organization_access']),
    updates: () => [],
    replacements: () => [
      { name: 'user', change: { user_id: '${tavio_user.beta.id}' } },
      { name: 'role', change: { role: 'owner' } },
    ],
    importId: () => 'ada@acme.example/admin',
  },
  {
    type: 'tavio_environment_access',
    blocks: (hub) => part(hub, ['tavio_user', 'tavio_environment', 'tavio_environment_access']),
    updates: () => [],
    replacements: () => [
      { name: 'user', change: { user_id: '${tavio_user.beta.id}' } },
      { name: 'role', change: { role: 'support' } },
      { name: 'environment', change: { environment: betaEnvironment } },
    ],
    importId: ({ user_id }) => `acme/${String(user_id)}/developer`,
  },
  {
    type: 'tavio_configuration',
    blocks: (hub) => part(hub, ['tavio_environment', 'tavio_configuration']),
    updates: () => [
      { name: 'name', change: { name: 'renamed' } },
      { name: 'a value', change: { values: { ...exportSolution.values, region: 'us' } } },
      { name: 'a value more', change: { values: { ...exportSolution.values, dryRun: 'true' } } },
      { name: 'a secret', change: { secret_values: { apiKey: 'rotated' } } },
      { name: 'value and secret', change: { values: { region: 'us' }, secret_values: { apiKey: 'new' } } },
    ],
    replacements: (hub) => [
      { name: 'environment', change: { environment: betaEnvironment } },
      {
        name: 'solution',
        change: { solution_id: solutionId(hub, 'Heartbeat'), values: undefined, secret_values: undefined },
      },
    ],
    importId: () => 'acme/acme-export',
    // Secrets are asked for again: nothing can tell whether those in the service are those in configuration.
    afterImport: { actions: ['update tavio_configuration.acme'], attributes: ['secret_fingerprint'] },
    remains: remainsUnlessDeleted('Configuration still exists'),
    unseen: (hub) =>
      hub.tavio.switches().readConfigurations
        ? undefined
        : { because: 'configurations cannot be read', error: 'Import not possible' },
  },
  {
    type: 'tavio_deployment',
    blocks: (hub) => {
      const heartbeat = { environment: acmeEnvironment, solution_id: solutionId(hub, 'Heartbeat') }
      const export_ = customer(hub, 'acme')['tavio_configuration']?.['acme']
      return part(hub, ['tavio_environment', 'tavio_configuration', 'tavio_deployment'], {
        tavio_configuration: {
          second: { ...export_, name: 'second' },
          heartbeat: { ...heartbeat, name: 'heartbeat' },
          beta: { ...export_, environment: betaEnvironment, name: 'beta' },
        },
      })
    },
    updates: () => [
      { name: 'name', change: { name: 'renamed' } },
      { name: 'configuration', change: { configuration_ids: ['${tavio_configuration.second.id}'] } },
      { name: 'disabled', change: { enabled: false } },
      { name: 'disabled and renamed', change: { enabled: false, name: 'off' } },
      { name: 'how long to wait', change: { timeouts: { update: '5m' } } },
    ],
    replacements: (hub) => [
      {
        name: 'environment',
        change: { environment: betaEnvironment, configuration_ids: ['${tavio_configuration.beta.id}'] },
      },
      {
        name: 'solution',
        change: {
          solution_id: solutionId(hub, 'Heartbeat'),
          configuration_ids: ['${tavio_configuration.heartbeat.id}'],
        },
      },
    ],
    importId: ({ id }) => `acme/${String(id)}`,
    remains: remainsUnlessDeleted('Deployment still exists'),
  },
]
