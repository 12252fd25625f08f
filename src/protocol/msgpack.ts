// MessagePack, as far as values need it. What a value of which type looks like is in value-codec.ts.
import { formatNumber, fromJsNumber, makeNumber, type Num, parseNumber } from '../schema/number.ts'

/** Writes one value after another. */
export class Packer {
  #buffer = Buffer.allocUnsafe(256)
  #length = 0

  /** What was written so far; must not be written to afterwards. */
  result(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  nil(): void {
    this.#byte(0xc0)
  }

  /** Extension 0 with one zero byte. */
  unknown(): void {
    this.#byte(0xd4)
    this.#byte(0)
    this.#byte(0)
  }

  bool(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2)
  }

  /** Whole numbers as integers, all others as decimal text, which is exact for every reader. */
  number(value: Num): void {
    if (typeof value === 'number' && Number.isSafeInteger(value)) this.#integer(value)
    else this.text(formatNumber(value))
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    if (length < 32) this.#byte(0xa0 + length)
    else this.#head(length, 0xd9, 0xda, 0xdb)
    this.#room(length)
    this.#length += this.#buffer.write(value, this.#length)
  }

  binary(value: Uint8Array): void {
    this.#head(value.length, 0xc4, 0xc5, 0xc6)
    this.#room(value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
  }

  /** The elements must follow. */
  array(length: number): void {
    if (length < 16) this.#byte(0x90 + length)
    else this.#head(length, undefined, 0xdc, 0xdd)
  }

  /** Keys and values must follow, in turn. */
  map(size: number): void {
    if (size < 16) this.#byte(0x80 + size)
    else this.#head(size, undefined, 0xde, 0xdf)
  }

  #integer(value: number): void {
    if (value >= -32 && value < 128) this.#byte(value & 0xff)
    else if (value >= -0x8000_0000 && value < 0x8000_0000) {
      this.#byte(0xd2)
      this.#room(4)
      this.#length = this.#buffer.writeInt32BE(value, this.#length)
    } else {
      this.#byte(0xd3)
      this.#room(8)
      this.#length = this.#buffer.writeBigInt64BE(BigInt(value), this.#length)
    }
  }

  #head(length: number, one: number | undefined, two: number, four: number): void {
    if (one !== undefined && length < 0x100) {
      this.#byte(one)
      this.#byte(length)
    } else if (length < 0x1_0000) {
      this.#byte(two)
      this.#room(2)
      this.#length = this.#buffer.writeUInt16BE(length, this.#length)
    } else {
      this.#byte(four)
      this.#room(4)
      this.#length = this.#buffer.writeUInt32BE(length, this.#length)
    }
  }

  #byte(value: number): void {
    this.#room(1)
    this.#buffer[this.#length] = value
    this.#length += 1
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes))
    larger.set(this.result())
    this.#buffer = larger
  }
}

/** What comes next in the input. Elements of arrays and maps come after it. */
export type Token =
  | { readonly kind: 'nil' | 'extension' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: Num }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly kind: 'array' | 'map'; readonly size: number }

/** Reads one token after another. Throws RangeError when the input ends too early or is no MessagePack. */
export class Unpacker {
  readonly #buffer: Buffer
  #at = 0

  constructor(input: Uint8Array) {
    this.#buffer = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  }

  done(): boolean {
    return this.#at >= this.#buffer.length
  }

  next(): Token {
    const code = this.#uint(1)
    if (code < 0x80) return { kind: 'number', value: code }
    if (code < 0x90) return { kind: 'map', size: code - 0x80 }
    if (code < 0xa0) return { kind: 'array', size: code - 0x90 }
    if (code < 0xc0) return { kind: 'text', value: this.#text(code - 0xa0) }
    if (code >= 0xe0) return { kind: 'number', value: code - 0x100 }
    return this.#long(code)
  }

  #long(code: number): Token {
    switch (code) {
      case 0xc0:
        return { kind: 'nil' }
      case 0xc2:
      case 0xc3:
        return { kind: 'bool', value: code === 0xc3 }
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return { kind: 'binary', value: this.#take(this.#uint(1 << (code - 0xc4))) }
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(1 << (code - 0xc7)))
      case 0xca:
        return { kind: 'number', value: fromJsNumber(this.#take(4).readFloatBE()) }
      case 0xcb:
        return { kind: 'number', value: fromJsNumber(this.#take(8).readDoubleBE()) }
      case 0xcc:
      case 0xcd:
      case 0xce:
        return { kind: 'number', value: this.#uint(1 << (code - 0xcc)) }
      case 0xcf:
        return { kind: 'number', value: whole(this.#take(8).readBigUInt64BE()) }
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (code - 0xd0)
        return { kind: 'number', value: this.#take(size).readIntBE(0, size) }
      }
      case 0xd3:
        return { kind: 'number', value: whole(this.#take(8).readBigInt64BE()) }
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (code - 0xd4))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return { kind: 'text', value: this.#text(this.#uint(1 << (code - 0xd9))) }
      case 0xdc:
      case 0xdd:
        return { kind: 'array', size: this.#uint(2 << (code - 0xdc)) }
      case 0xde:
      case 0xdf:
        return { kind: 'map', size: this.#uint(2 << (code - 0xde)) }
      default:
        throw new RangeError(`there is no MessagePack code ${code}`)
    }
  }

  #extension(length: number): Token {
    this.#take(1 + length)
    return { kind: 'extension' }
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8')
  }

  #uint(size: number): number {
    return this.#take(size).readUIntBE(0, size)
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#buffer.length) throw new RangeError('the value ends too early')
    const taken = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

/** Reads a number that came as decimal text. Throws RangeError if it is none. */
export function numberFromText(text: string): Num {
  const number = parseNumber(text)
  if (number === undefined) throw new RangeError('a number is not written as one')
  return number
}

function whole(value: bigint): Num {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : makeNumber(value, 0)
}
