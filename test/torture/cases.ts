// What is applied while it is being killed: from an empty hub, and from one that somebody has worked in before.
import type { Emulator } from '../../src/emulator/server.ts'
import { type Blocks, changed, customer, without } from '../support/customer.ts'
import type { HubOptions } from '../support/hub.ts'

export interface TortureCase {
  readonly name: string
  readonly hub?: HubOptions
  /** Applied before, undisturbed; absent: nothing is there. */
  readonly before?: (hub: Emulator) => Blocks
  readonly after: (hub: Emulator) => Blocks
  /** What a plan was saved for that is there when the run begins. */
  readonly planned?: (hub: Emulator) => Blocks
  /** Absent: apply. `plan`: a plan is saved, which is what is ended; what there is of it is applied then. */
  readonly verb?: 'destroy' | 'plan' | 'apply a plan'
}

/** Objects can be deleted, so that the end of a customer is an end. */
const deleting: HubOptions = { switches: { deletes: true } }
/** What is new or gone is seen late. */
const lagging: HubOptions = { switches: { deletes: true, deleteLag: 2, readLag: 2 } }
/** Everything the other way round; made things must be seen to be found. */
const flipped: HubOptions = { profile: 'flipped', switches: { readConfigurations: true } }

const one = (hub: Emulator) => customer(hub, 'acme')
const only =
  (...types: readonly string[]) =>
  (hub: Emulator): Blocks =>
    Object.fromEntries(Object.entries(one(hub)).filter(([type]) => types.includes(type)))
const gone = (): Blocks => ({})
const leaving = (hub: Emulator) => changed(one(hub), 'tavio_user', 'acme', { on_destroy: 'delete' })

function merged(...all: readonly Blocks[]): Blocks {
  const blocks: { [type: string]: Blocks[string] } = {}
  for (const [type, named] of all.flatMap(Object.entries)) blocks[type] = { ...blocks[type], ...named }
  return blocks
}

/** One is changed, one is replaced, and what needs it follows. */
function moved(blocks: Blocks): Blocks {
  const renamed = changed(blocks, 'tavio_user', 'acme', { first_name: 'Augusta' })
  return changed(renamed, 'tavio_configuration', 'acme', { name: 'another' })
}

const users = (emails: readonly string[]): Blocks => ({
  tavio_user: {
    all: {
      for_each: `\${toset(${JSON.stringify(emails)})}`,
      email: '${each.key}',
      first_name: 'One',
      on_destroy: 'delete',
    },
  },
})
const environments = (domains: readonly string[]): Blocks => ({
  tavio_environment: {
    all: {
      for_each: `\${toset(${JSON.stringify(domains)})}`,
      domain: '${each.key}',
      name: 'Customer ${each.key}',
    },
  },
})

export const tortureCases: readonly TortureCase[] = [
  { name: 'an environment', after: only('tavio_environment') },
  { name: 'a user, who is invited', after: only('tavio_user') },
  { name: 'a user with access', after: only('tavio_user', 'tavio_organization_access') },
  {
    name: 'a user in an environment',
    after: only('tavio_environment', 'tavio_user', 'tavio_environment_access'),
  },
  { name: 'a configuration', after: only('tavio_environment', 'tavio_configuration') },
  {
    name: 'a deployment',
    after: only('tavio_environment', 'tavio_configuration', 'tavio_deployment'),
  },
  { name: 'a customer', after: one },
  { name: 'two customers', after: (hub) => merged(one(hub), customer(hub, 'beta')) },
  { name: 'users by key', after: () => users(['a@x.example', 'b@x.example', 'c@x.example']) },
  {
    name: 'environments by count, one after the other',
    after: () => ({
      tavio_environment: {
        first: { count: 2, domain: 'first-${count.index}', name: 'First' },
        second: {
          domain: 'second',
          name: 'After ${length(tavio_environment.first)}',
          depends_on: ['tavio_environment.first'],
        },
      },
    }),
  },
  { name: 'a customer, the flipped service', hub: flipped, after: one },
  { name: 'a customer, seen late', hub: lagging, after: one },
  {
    name: 'a new name',
    before: one,
    after: (hub) => changed(one(hub), 'tavio_environment', 'acme', { name: 'New' }),
  },
  {
    name: 'a user who changes',
    before: one,
    after: (hub) => changed(one(hub), 'tavio_user', 'acme', { first_name: 'Augusta', last_name: 'King' }),
  },
  {
    name: 'a new secret',
    before: one,
    after: (hub) => changed(one(hub), 'tavio_configuration', 'acme', { secret_values: { apiKey: 'n3w' } }),
  },
  {
    name: 'a deployment that is switched off',
    before: one,
    after: (hub) => changed(one(hub), 'tavio_deployment', 'acme', { enabled: false }),
  },
  {
    name: 'everything changes at once',
    before: one,
    after: (hub) => {
      let blocks = changed(one(hub), 'tavio_environment', 'acme', { description: 'Another' })
      blocks = changed(blocks, 'tavio_user', 'acme', { first_name: 'Augusta' })
      blocks = changed(blocks, 'tavio_organization_access', 'acme', { role: 'owner' })
      return changed(blocks, 'tavio_deployment', 'acme', { enabled: false })
    },
  },
  {
    name: 'a replaced configuration and its deployment',
    hub: deleting,
    before: one,
    after: (hub) => changed(one(hub), 'tavio_configuration', 'acme', { name: 'another' }),
  },
  {
    name: 'a user replaced by a new one first',
    hub: deleting,
    before: (hub) =>
      changed(leaving(hub), 'tavio_user', 'acme', { lifecycle: { create_before_destroy: true } }),
    after: (hub) =>
      changed(leaving(hub), 'tavio_user', 'acme', {
        email: 'augusta@acme.example',
        lifecycle: { create_before_destroy: true },
      }),
  },
  {
    name: 'a whole environment replaced',
    hub: deleting,
    before: leaving,
    after: (hub) => changed(leaving(hub), 'tavio_environment', 'acme', { domain: 'acme-two' }),
  },
  {
    name: 'the end of a deployment',
    hub: deleting,
    before: one,
    after: (hub) => without(one(hub), 'tavio_deployment'),
  },
  { name: 'the end of a customer', hub: deleting, before: leaving, after: gone },
  { name: 'the end of a customer, seen late', hub: lagging, before: leaving, after: gone },
  { name: 'the end of a customer, the flipped service', hub: flipped, before: leaving, after: gone },
  { name: 'the end where nothing can be deleted', before: one, after: gone },
  { name: 'destroy', hub: deleting, before: leaving, after: leaving, verb: 'destroy' },
  { name: 'a plan that is saved', after: one, verb: 'plan' },
  { name: 'a plan saved over an older one', planned: only('tavio_environment'), after: one, verb: 'plan' },
  { name: 'a saved plan, applied', planned: one, after: one, verb: 'apply a plan' },
  {
    name: 'a saved plan of changes, applied',
    hub: deleting,
    before: one,
    planned: (hub) => moved(one(hub)),
    after: (hub) => moved(one(hub)),
    verb: 'apply a plan',
  },
  {
    name: 'one comes, one goes',
    hub: deleting,
    before: leaving,
    after: (hub) => customer(hub, 'beta'),
  },
  {
    name: 'keys that come and go',
    hub: deleting,
    before: () => merged(users(['a@x.example', 'b@x.example']), environments(['a', 'b'])),
    after: () => merged(users(['b@x.example', 'c@x.example']), environments(['b', 'c'])),
  },
]
