// Random values for property tests.
import fc from 'fast-check'
import { parseNumber } from '../../src/schema/number.ts'
import { objectOf, setOf, UNKNOWN, type Value } from '../../src/schema/value.ts'

const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: -20, max: 20 }))
  .map(([mantissa, exponent]) => parseNumber(`${mantissa}e${exponent}`) ?? 0)

const leaf = (unknown: boolean): fc.Arbitrary<Value> =>
  fc.oneof(
    fc.constant(null),
    fc.boolean(),
    number,
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('$', '__proto__', 'constructor', '${x}', '%{if}'),
    ...(unknown ? [fc.constant(UNKNOWN as Value)] : []),
  )

/** Values of all kinds, a few levels deep. */
export function values(options: { unknown?: boolean; sets?: boolean } = {}): fc.Arbitrary<Value> {
  const { unknown = true, sets = true } = options
  return fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf(unknown),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(
          fc.tuple(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'constructor')), tie('value')),
          { maxLength: 4 },
        )
        .map((entries) => objectOf(entries)),
      ...(sets ? [fc.array(tie('value'), { maxLength: 4 }).map((elements) => setOf(elements) as Value)] : []),
    ),
  })).value
}
