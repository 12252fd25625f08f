// Messages to bytes.
import type { Encodable, Field, Fields, Message } from './wire.ts'

/** Encodes a message; fields in the order of their table, map entries in the order given. */
export function encodeMessage<F extends Fields>(
  message: Message<F>,
  value: Encodable<Message<F>>,
): Uint8Array {
  return Buffer.concat(encodeFields(message, value as { readonly [name: string]: unknown }))
}

function encodeFields(message: Message, value: { readonly [name: string]: unknown }): Uint8Array[] {
  return Object.entries(message.fields).flatMap(([name, field]) => encodeField(field, value[name]))
}

function encodeField(field: Field, value: unknown): Uint8Array[] {
  if (value === undefined) return []
  if (field.count === 'list')
    return (value as readonly unknown[]).flatMap((element) => encodeOne(field, element))
  if (field.count === 'map') {
    return Object.entries(value as object).flatMap(([key, inner]) => {
      const entry = [...encodeOne({ ...field, number: 1, kind: 'text' }, key)]
      return delimited(field.number, [...entry, ...encodeOne({ ...field, number: 2 }, inner)])
    })
  }
  if (field.count === 'one' && isDefault(value)) return []
  return encodeOne(field, value)
}

function encodeOne(field: Field, value: unknown): Uint8Array[] {
  switch (field.kind) {
    case 'text':
      return delimited(field.number, [Buffer.from(value as string)])
    case 'bytes':
      return delimited(field.number, [value as Uint8Array])
    case 'bool':
      return [varint(field.number * 8), varint(value ? 1 : 0)]
    case 'int':
      return [varint(field.number * 8), varint(value as number)]
    case 'message': {
      const of = field.of?.() ?? { fields: {} }
      return delimited(field.number, encodeFields(of, value as { readonly [name: string]: unknown }))
    }
  }
}

function delimited(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return [varint(number * 8 + 2), varint(length), ...parts]
}

function isDefault(value: unknown): boolean {
  return value === '' || value === 0 || value === false || (value instanceof Uint8Array && value.length === 0)
}

/** Throws RangeError on what is not a safe integer. Negative ones take ten bytes, as protobuf has it. */
export function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} does not fit a field`)
  if (value >= 0 && value < 0x80) return Uint8Array.of(value)
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}
