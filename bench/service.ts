// A service that costs nothing: objects in memory, listed whole. What is measured with it is the engine.
import type { Provider } from '../src/provider/provider.ts'
import { defineResource } from '../src/provider/resource.ts'
import { list, map, number, schema, string } from '../src/schema/attribute.ts'

interface Thing {
  readonly id: string
  readonly name: string
  readonly input: string | null
  readonly size: number
  readonly tags: readonly string[]
  readonly labels: { readonly [key: string]: string }
  readonly revision: number
}

export interface Service {
  readonly things: Map<string, Thing>
  /** Calls of the service, lists included. */
  calls: number
  readonly provider: Provider
}

/** Makes a service that holds the given things; source `hubform/bench`. */
export function makeService(things: Iterable<Thing> = []): Service {
  const held = new Map([...things].map((thing) => [thing.id, thing]))
  // Answers come in a later turn, as from any service.
  const answer = async <T>(make: () => T): Promise<T> => {
    service.calls += 1
    await Promise.resolve()
    return make()
  }
  const put = (id: string, revision: number, planned: Omit<Thing, 'id' | 'revision'>): Thing => {
    const { name, input, size, tags, labels } = planned
    const thing = { id, name, input, size, tags, labels, revision }
    held.set(id, thing)
    return thing
  }

  const thing = defineResource<null>()({
    type: 'bench_thing',
    schema: schema({
      name: string.required('Natural key.'),
      input: string.optional('Any text.'),
      size: number.optional('A number.', { default: 1 }),
      tags: list(string).optional('Texts.', { default: [] }),
      labels: map(string).optional('A sensitive map.', { sensitive: true, default: {} }),
      id: string.computed('Assigned.', { always: true, stable: true }),
      revision: number.computed('Counts updates.', { always: true }),
    }),
    collection: {
      name: 'things',
      scope: [],
      key: ['name'],
      identity: ['id'],
      list: () => answer(() => [...held.values()].map((value) => ({ value, whole: true }))),
    },
    read: ({ prior }) => answer(() => held.get(prior.id)),
    create: ({ planned }) =>
      answer(() => put(`id-${planned.name}`, 1, { ...planned, size: Number(planned.size) })),
    update: ({ prior, planned }) =>
      answer(() => put(prior.id, Number(prior.revision) + 1, { ...planned, size: Number(planned.size) })),
    delete: ({ prior }) => answer(() => void held.delete(prior.id)),
  })

  const service: Service = {
    things: held,
    calls: 0,
    provider: {
      name: 'bench',
      source: 'hubform/bench',
      version: '1.0.0',
      schema: schema({}),
      configure: () => ({
        client: null,
        usage: () => ({ reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 }),
        close: async () => {},
      }),
      resources: { bench_thing: thing },
      dataSources: {},
    },
  }
  return service
}
