// States to test with.
import fc from 'fast-check'
import { parseJson } from '../../src/schema/json.ts'
import type { ObjectValue, Value } from '../../src/schema/value.ts'
import { emptyState, type ResourceRecord, recordKey, type State } from '../../src/state/state.ts'

const PROVIDER = 'provider["registry.terraform.io/hubform/tavio"]'

export function recordOf(
  name: string,
  attributes: ObjectValue = {},
  more: Partial<ResourceRecord> = {},
): ResourceRecord {
  return {
    address: { mode: 'managed', type: 'tavio_user', name, key: undefined },
    provider: PROVIDER,
    tainted: false,
    schemaVersion: 0,
    attributes: { id: name, ...attributes },
    sensitive: [],
    dependencies: [],
    createBeforeDestroy: false,
    ...more,
  }
}

export function stateOf(...records: readonly ResourceRecord[]): State {
  return {
    ...emptyState,
    lineage: 'f0e1d2c3-0000-4000-8000-000000000000',
    serial: 3,
    records: new Map(records.map((record) => [recordKey(record), record])),
  }
}

/** Any JSON value, numbers that no JS number holds included. */
const value: fc.Arbitrary<Value> = fc.letrec<{ node: Value }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, '', '${x}', '<&>\u2028', '🙂\uffff', '__proto__'),
    fc.string({ unit: 'binary' }),
    fc
      .constantFrom('0', '-0.5', '9007199254740993', '0.1', '1e30', '123456789012345678901234567890')
      .map(parseJson),
    fc.integer(),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('node'), { maxKeys: 3 }),
  ),
})).node

const name = fc.constantFrom('a', 'b', 'ü_-9')
const key = fc.oneof(fc.constant(undefined), fc.nat(12), fc.string({ unit: 'binary', maxLength: 4 }))
const step = fc.oneof(fc.string({ maxLength: 3 }), fc.nat(3))

export const anyRecord: fc.Arbitrary<ResourceRecord> = fc
  .record({
    mode: fc.constantFrom('managed' as const, 'data' as const),
    type: fc.constantFrom('tavio_user', 'tavio_environment'),
    name,
    key,
    deposed: fc.option(fc.constantFrom('0a1b2c3d', 'ffffffff'), { nil: undefined }),
    provider: fc.constantFrom(PROVIDER, `${PROVIDER}.west`),
    tainted: fc.boolean(),
    schemaVersion: fc.nat(5),
    attributes: fc.dictionary(fc.string({ maxLength: 5 }), value, { maxKeys: 4 }),
    sensitive: fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), step), {
      maxLength: 2,
      selector: JSON.stringify,
    }),
    private: fc.option(fc.constant('c2VjcmV0'), { nil: undefined }),
    dependencies: fc.uniqueArray(fc.constantFrom('data.x.y', 'ephemeral.t.u', 'x.y'), { maxLength: 3 }),
    createBeforeDestroy: fc.boolean(),
  })
  .map(({ mode, type, name: named, key: keyed, deposed, private: hidden, dependencies, ...rest }) => ({
    ...rest,
    address: { mode, type, name: named, key: keyed },
    dependencies: dependencies.sort(),
    ...(deposed !== undefined && { deposed }),
    ...(hidden !== undefined && { private: hidden }),
  }))

export const anyState: fc.Arbitrary<State> = fc
  .record({
    lineage: fc.uuid(),
    serial: fc.nat(),
    outputs: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.record({ value, type: fc.constant('dynamic' as const), sensitive: fc.boolean() }),
    ),
    records: fc
      .uniqueArray(anyRecord, { maxLength: 6, selector: recordKey })
      .map((records) => new Map(records.map((record) => [recordKey(record), record]))),
    checkResults: value,
  })
  .map(({ checkResults, ...state }) => ({ ...state, foreign: { checkResults } }))
