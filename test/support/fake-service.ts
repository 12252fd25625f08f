// A service in memory with a provider of our own contract, to test the engine with. Unset faults do the harmless thing.
import { createHash } from 'node:crypto'
import { DiagnosticError, problem } from '../../src/diagnostics.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { defineDataSource, defineResource } from '../../src/provider/resource.ts'
import { UncertainOutcomeError } from '../../src/provider/uncertain.ts'
import { map, number, schema, set, string } from '../../src/schema/attribute.ts'
import { type SetValue, setOf, UNKNOWN } from '../../src/schema/value.ts'

export interface Thing {
  id: string
  group: string
  name: string
  size: number
  note: string | null
  tags: readonly string[]
  labels: { readonly [key: string]: string }
  zone: string
  revision: number
  secret: string | undefined
}

export interface FakeService {
  readonly things: Map<string, Thing>
  /** Every call as `create a/x`, in order; reads and lists too. */
  readonly calls: string[]
  /** Called before each write; throw to fail it. Resolve late to keep it running. */
  before: (call: string) => void | Promise<void>
  /** Called after a write took effect; throw to lose its answer. */
  after: (call: string) => void | Promise<void>
  /** True: lists tell everything about each object. */
  wholeLists: boolean
  /** So many reads of one object find nothing, as on a service that lags behind its own writes. */
  hiddenReads: number
  /** False: the service will not list. */
  canList: boolean
  /** False: creates do not tell the id before they end. */
  canCheckpoint: boolean
  /** Highest number of calls at a time. */
  peak: number
  provider: Provider
}

interface Client {
  readonly call: <T>(name: string, act: () => T | Promise<T>) => Promise<T>
  readonly write: boolean
}

/** Makes an empty service with its provider, source `hubform/fake`. `ambiguous`: names are not promised to be unique. */
export function fakeService({ ambiguous = false }: { readonly ambiguous?: boolean } = {}): FakeService {
  const things = new Map<string, Thing>()
  let ids = 0
  let running = 0

  const service: FakeService = {
    things,
    calls: [],
    before: () => {},
    after: () => {},
    wholeLists: true,
    hiddenReads: 0,
    canList: true,
    canCheckpoint: true,
    peak: 0,
    provider: undefined as unknown as Provider,
  }

  const stateOf = (thing: Thing) => ({
    id: thing.id,
    group: thing.group,
    name: thing.name,
    size: thing.size,
    note: thing.note,
    tags: setOf(thing.tags) as SetValue<string>,
    labels: thing.labels,
    zone: thing.zone,
    revision: thing.revision,
    secret: null,
    secret_digest: thing.secret === undefined ? null : digest(thing.secret),
  })

  const thing = defineResource<Client>()({
    type: 'fake_thing',
    schema: schema({
      group: string.optional('Which list it is in.', { default: 'a', replace: true }),
      name: string.required('Natural key in the group.', {
        validators: [(value) => (value === 'bad' ? 'It must not be "bad".' : undefined)],
        equivalent: (a, b) => String(a).toLowerCase() === String(b).toLowerCase(),
      }),
      size: number.optional('A number.', { default: 1 }),
      note: string.optional('A text.'),
      tags: set(string).optional('A set.', { default: setOf([]) }),
      labels: map(string).optional('A sensitive map.', { sensitive: true, default: {} }),
      zone: string.optionalComputed('Chosen by the service if not given.', { replace: true }),
      secret: string.optional('Write-only.', { writeOnly: true }),
      id: string.computed('Assigned.', { always: true, stable: true }),
      revision: number.computed('Counts updates.', { always: true }),
      secret_digest: string.computed('Digest of the secret.', { stable: true }),
    }),
    collection: {
      name: 'things',
      scope: ['group'],
      key: ['name'],
      identity: ['id'],
      foldCase: true,
      ambiguous,
      list: ({ client, scope }) =>
        client.call(`list ${scope.group}`, () =>
          !service.canList
            ? undefined
            : [...things.values()]
                .filter((one) => one.group === scope.group)
                .map((one) => ({
                  value: service.wholeLists ? stateOf(one) : { id: one.id, name: one.name, group: one.group },
                  whole: service.wholeLists,
                })),
        ),
    },
    importId: '<id>',
    async plan({ config, prior }) {
      if (config.secret === UNKNOWN) return { computed: { secret_digest: UNKNOWN } }
      const wanted = config.secret === null ? null : digest(config.secret)
      return prior?.secret_digest === wanted ? {} : { computed: { secret_digest: wanted } }
    },
    read: ({ client, prior }) =>
      client.call(`read ${prior.group}/${prior.name}`, () => {
        const found = things.get(prior.id)
        if (service.hiddenReads > 0) {
          service.hiddenReads -= 1
          return undefined
        }
        return found && stateOf(found)
      }),
    create: ({ client, config, planned, checkpoint }) =>
      client.call(`create ${planned.group}/${planned.name}`, async () => {
        const made: Thing = {
          id: `id-${++ids}`,
          group: planned.group,
          name: planned.name,
          size: Number(planned.size),
          note: planned.note,
          tags: planned.tags.elements,
          labels: planned.labels,
          zone: typeof planned.zone === 'string' ? planned.zone : 'north',
          revision: 1,
          secret: config.secret ?? undefined,
        }
        things.set(made.id, made)
        if (service.canCheckpoint) await checkpoint({ id: made.id, group: made.group, name: made.name })
        return stateOf(made)
      }),
    update: ({ client, config, prior, planned, patch }) =>
      client.call(`update ${prior.group}/${prior.name} ${patch.map((one) => one.path).join(' ')}`, () => {
        const found = things.get(prior.id)
        if (found === undefined) throw new Error('no such thing')
        found.name = planned.name
        found.size = Number(planned.size)
        found.note = planned.note
        found.tags = planned.tags.elements
        found.labels = planned.labels
        found.revision += 1
        found.secret = config.secret ?? undefined
        return stateOf(found)
      }),
    delete: ({ client, prior }) =>
      client.call(`delete ${prior.group}/${prior.name}`, () => {
        things.delete(prior.id)
      }),
    async import({ client, id }) {
      return client.call(`find ${id}`, () => {
        // Also by its identity, which begins with the group.
        const found = things.get(id) ?? things.get(id.replace(/^[^/]*\//, ''))
        return found && stateOf(found)
      })
    },
  })

  const lookup = defineDataSource<Client>()({
    type: 'fake_lookup',
    schema: schema({
      name: string.required('Whom to look for.'),
      size: number.computed('Its size.', { always: true }),
    }),
    read: ({ client, config }) =>
      client.call(`look up ${config.name}`, () => {
        const found = [...things.values()].find((one) => one.name === config.name)
        return { name: config.name, size: found?.size ?? 0 }
      }),
  })

  service.provider = {
    name: 'fake',
    source: 'hubform/fake',
    version: '1.0.0',
    schema: schema({ token: string.optional('A secret.', { sensitive: true, env: 'FAKE_TOKEN' }) }),
    configure: ({ access }) => ({
      client: {
        write: access === 'write',
        async call<T>(name: string, act: () => T | Promise<T>) {
          const writes = /^(create|update|delete) /.test(name)
          if (writes && access === 'read') throw new Error(`${name}: this client cannot write`)
          service.calls.push(name)
          running += 1
          service.peak = Math.max(service.peak, running)
          try {
            // Gives others the chance to run, as a real call would.
            await Promise.resolve()
            if (writes) await service.before(name)
            const result = await act()
            if (writes) await service.after(name)
            return result
          } finally {
            running -= 1
          }
        },
      } satisfies Client,
      usage: () => ({ reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 }),
      close: async () => {},
    }),
    resources: { fake_thing: thing },
    dataSources: { fake_lookup: lookup },
  }
  return service
}

/** What a client throws when the service refused something, so that it certainly has had no effect. */
export function refusal(detail: string): DiagnosticError {
  return new DiagnosticError(problem('Request refused', detail))
}

/** What a client throws when a create was sent and no answer came. */
export function lostAnswer(): UncertainOutcomeError {
  return new UncertainOutcomeError('the connection was dropped')
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}
