// A provider with every kind of value there is, beside the things of the fake service.
import type { Provider } from '../../src/provider/provider.ts'
import { defineResource } from '../../src/provider/resource.ts'
import { bool, dynamic, list, map, number, object, schema, set, string } from '../../src/schema/attribute.ts'
import {
  isList,
  isObject,
  isWhollyKnown,
  mapList,
  mapObject,
  UNKNOWN,
  type Value,
} from '../../src/schema/value.ts'
import type { FakeService } from '../support/fake-service.ts'

const shapes = defineResource<unknown>()({
  type: 'fake_shapes',
  schema: schema({
    id: string.computed('', { always: true, stable: true }),
    flag: bool.optional(''),
    exact: number.optional(''),
    any: dynamic.optional(''),
    chosen: string.optionalComputed(''),
    names: list(string).optional(''),
    bag: set(number).optional(''),
    table: map(bool).optional(''),
    matrix: list(list(number)).optional(''),
    one: object({
      hidden: string.optional('', { writeOnly: true }),
      token: string.optional('', { sensitive: true }),
      depth: number.optional('', { default: 1 }),
      made: string.computed('', { stable: true }),
    }).optional(''),
    rows: list(
      object({
        key: string.required(''),
        token: string.optional('', { sensitive: true }),
        made: string.computed('', { stable: true }),
      }),
    ).optional(''),
    places: map(object({ town: string.optional(''), size: number.optional('', { default: 2 }) })).optional(
      '',
    ),
    points: set(object({ x: number.required(''), label: string.optional('') })).optional(''),
  }),
  read: async ({ prior }) => prior,
  create: async ({ planned }) => filled(planned, 'id-1'),
  update: async ({ planned, prior }) => filled(planned, prior.id),
  delete: async () => {},
})

/** What is not known yet becomes "made". The fields of nested objects have more precise types than this needs. */
function filled<T>(planned: T, id: string): never {
  const fill = (value: Value): Value => {
    if (value === UNKNOWN) return 'made'
    // As it is, since a copy of a list forgets which kind of list it is.
    if (isWhollyKnown(value)) return value
    if (isList(value)) return mapList(value, fill)
    return isObject(value) ? mapObject(value, fill) : value
  }
  return { ...(fill(planned as Value) as object), id } as never
}

/** The provider of a service, with `fake_shapes` beside its own resources. */
export function withShapes({ provider }: FakeService): Provider {
  return { ...provider, resources: { ...provider.resources, fake_shapes: shapes } }
}
