// A zip of a few files, with their permissions, and the same bytes for the same content.
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array
  /** Unix permissions, such as 0o755. */
  readonly mode: number
}

const VERSION = 20
const UNIX = 3 << 8
const REGULAR_FILE = 0o100000
const UTF8 = 1 << 11
const DEFLATE = 8
/** 1 January 1980, the first day that zip knows. */
const DATE = (1 << 5) | 1

/** Packs files. Content must be below 4 GB, in sum. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, mode } of entries) {
    const packed = deflateRawSync(content, { level: 9 })
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(VERSION, 0)
    common.writeUInt16LE(UTF8, 2)
    common.writeUInt16LE(DEFLATE, 4)
    common.writeUInt16LE(0, 6)
    common.writeUInt16LE(DATE, 8)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(path.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((REGULAR_FILE | mode) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    const body = Buffer.concat([four(0x04034b50), common, path, packed])
    directory.push(four(0x02014b50), two(UNIX | VERSION), common, rest, path)
    bodies.push(body)
    offset += body.length
  }
  const index = Buffer.concat(directory)
  const count = two(entries.length)
  const end = [four(0x06054b50), two(0), two(0), count, count, four(index.length), four(offset), two(0)]
  return Buffer.concat([...bodies, index, ...end])
}

function four(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function two(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}
