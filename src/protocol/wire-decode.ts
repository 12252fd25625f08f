// Bytes to messages.
import type { Decoded, Field, Fields, Message } from './wire.ts'

/**
 * Decodes a message. Every field of its table is present in the result; numbers that are not in the table are skipped.
 *
 * Byte fields share memory with `input`. Throws RangeError if the input ends too early or is no protobuf.
 */
export function decodeMessage<F extends Fields>(message: Message<F>, input: Uint8Array): Decoded<Message<F>> {
  // Built field by field from the same table the type comes from.
  return decodeFields(message, new Input(input)) as Decoded<Message<F>>
}

type Mutable = { [name: string]: unknown }

function decodeFields(message: Message, input: Input): Mutable {
  const names = new Map(Object.entries(message.fields).map(([name, field]) => [field.number, name]))
  const value: Mutable = {}
  for (const [name, field] of Object.entries(message.fields)) value[name] = absent(field)
  while (!input.done()) {
    const key = input.varint()
    const name = names.get(Math.floor(key / 8))
    const field = name === undefined ? undefined : message.fields[name]
    if (name === undefined || field === undefined || key % 8 !== wireType(field)) input.skip(key % 8)
    else take(value, name, field, input)
  }
  return value
}

function take(value: Mutable, name: string, field: Field, input: Input): void {
  const one = decodeOne(field, input)
  if (field.count === 'list') (value[name] as unknown[]).push(one)
  else if (field.count === 'map') {
    const { key, value: inner } = one as { key: string; value: unknown }
    Object.defineProperty(value[name], key, { value: inner, enumerable: true, configurable: true })
  } else value[name] = one
}

function decodeOne(field: Field, input: Input): unknown {
  switch (field.kind) {
    case 'bool':
      return input.varint() !== 0
    case 'int':
      return input.varint()
    case 'text':
      return Buffer.from(input.chunk()).toString('utf8')
    case 'bytes':
      return input.chunk()
    case 'message': {
      const of = field.of?.() ?? { fields: {} }
      const inner = new Input(input.chunk())
      return field.count === 'map' ? decodeEntry(of, inner) : decodeFields(of, inner)
    }
  }
}

function decodeEntry(of: Message, input: Input): { key: unknown; value: unknown } {
  const entry: Message = {
    fields: {
      key: { number: 1, kind: 'text', count: 'one' },
      value: { number: 2, kind: 'message', count: 'one', of: () => of },
    },
  }
  const { key, value } = decodeFields(entry, input)
  return { key, value: value ?? decodeFields(of, new Input(new Uint8Array())) }
}

function absent(field: Field): unknown {
  if (field.count === 'list') return []
  if (field.count === 'map') return {}
  if (field.count === 'explicit') return undefined
  return { text: '', bytes: new Uint8Array(), bool: false, int: 0, message: undefined }[field.kind]
}

function wireType(field: Field): number {
  return field.kind === 'bool' || field.kind === 'int' ? 0 : 2
}

class Input {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  done(): boolean {
    return this.#at >= this.#bytes.length
  }

  varint(): number {
    let small = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#next()
      small += (byte & 0x7f) << shift
      if (byte < 0x80) return small
    }
    let large = BigInt(small)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#next()
      large |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(BigInt.asIntN(64, large))
    }
    throw new RangeError('a number in the message is too long')
  }

  chunk(): Uint8Array {
    return this.#take(this.varint())
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.#take(8)
    else if (wireType === 2) this.chunk()
    else if (wireType === 5) this.#take(4)
    else throw new RangeError(`the message has a field of unknown form ${wireType}`)
  }

  #next(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new RangeError('the message ends in the middle of a field')
    this.#at += 1
    return byte
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (length < 0 || end > this.#bytes.length)
      throw new RangeError('the message ends in the middle of a field')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
