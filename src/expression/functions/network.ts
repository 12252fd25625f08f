// Functions on IP ranges in CIDR notation.
import { isIP } from 'node:net'
import { isWhole, type Num, parts } from '../../schema/number.ts'
import { define, defineRest, Failure, type Func, int, num, Refusal, str } from './define.ts'
import { uniformList } from './define-unified.ts'

interface Prefix {
  /** Number of the first address. */
  readonly base: bigint
  readonly length: number
  /** 32 or 128. */
  readonly bits: number
}

function parsePrefix(text: string): Prefix {
  const [address = '', length = ''] = text.split('/')
  const version = isIP(address)
  const bits = version === 4 ? 32 : 128
  if (version === 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits || text.split('/').length !== 2) {
    throw new Refusal(0, 'it is not an address range such as 10.0.0.0/8')
  }
  const size = BigInt(bits - Number(length))
  return { base: (parseAddress(address, version) >> size) << size, length: Number(length), bits }
}

function parseAddress(text: string, version: number): bigint {
  if (version === 4) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const ending = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hex = (high: string | undefined, low: string | undefined) =>
    (Number(high) * 256 + Number(low)).toString(16)
  const plain = ending
    ? text.replace(ending[0], `${hex(ending[1], ending[2])}:${hex(ending[3], ending[4])}`)
    : text
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
}

function formatAddress(address: bigint, bits: number): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address >> BigInt(112 - 16 * i)) & 65535n).toString(16),
  )
  const text = groups.join(':')
  // The first of the longest runs of at least two zero groups is left out.
  const longest = [...text.matchAll(/(?<=^|:)0(?::0)+(?=:|$)/g)].reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  )
  if (!longest) return text
  const before = text.slice(0, longest.index).replace(/:$/, '')
  return `${before}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`
}

function toBig(value: Num): bigint {
  if (!isWhole(value)) throw new Failure('a whole number is required')
  const [mantissa, exponent] = parts(value)
  return mantissa * 10n ** BigInt(exponent)
}

function subnet({ base, length, bits }: Prefix, extra: number, number: bigint): Prefix {
  if (extra < 0 || length + extra > bits) throw new Failure(`the range has no room for ${extra} more bits`)
  if (number < 0n || number >= 1n << BigInt(extra))
    throw new Failure(`${extra} bits cannot hold that network number`)
  return { base: base + (number << BigInt(bits - length - extra)), length: length + extra, bits }
}

function formatPrefix({ base, length, bits }: Prefix): string {
  return `${formatAddress(base, bits)}/${length}`
}

function host({ base, length, bits }: Prefix, number: bigint): string {
  const size = 1n << BigInt(bits - length)
  if (number >= size || number < -size) throw new Failure(`the range has no room for that many hosts`)
  return formatAddress(base + (number < 0n ? size + number : number), bits)
}

/** Consecutive ranges, each aligned to its own size. */
function subnets(prefix: Prefix, extras: readonly number[]): string[] {
  let next = prefix.base
  const end = prefix.base + (1n << BigInt(prefix.bits - prefix.length))
  return extras.map((extra, i) => {
    const length = prefix.length + extra
    if (extra < 1 || length > prefix.bits)
      throw new Refusal(i + 1, 'the range has no room for that many more bits')
    const size = 1n << BigInt(prefix.bits - length)
    const base = ((next + size - 1n) / size) * size
    if (base + size > end) throw new Refusal(i + 1, 'the range has no room left for it')
    next = base + size
    return formatPrefix({ base, length, bits: prefix.bits })
  })
}

export const networkFunctions: Readonly<Record<string, Func>> = {
  cidrhost: define([str('prefix'), num('hostnum')], ([prefix, number]) =>
    host(parsePrefix(prefix), toBig(number)),
  ),
  cidrnetmask: define([str('prefix')], ([text]) => {
    const { length, bits } = parsePrefix(text)
    if (bits !== 32) throw new Refusal(0, 'only IPv4 ranges have a netmask')
    return formatAddress(((1n << BigInt(length)) - 1n) << BigInt(bits - length), bits)
  }),
  cidrsubnet: define([str('prefix'), int('newbits'), num('netnum')], ([prefix, extra, number]) =>
    formatPrefix(subnet(parsePrefix(prefix), extra, toBig(number))),
  ),
  cidrsubnets: defineRest([str('prefix')], int('newbits'), ([prefix], extras) =>
    uniformList(subnets(parsePrefix(prefix), extras)),
  ),
}
