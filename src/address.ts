// Shared words: the name of a resource block, and of one instance of it.

export type Mode = 'managed' | 'data'
/** Absent for a single instance, a number under count, a string under for_each. */
export type InstanceKey = number | string | undefined

/** Names a resource or data block. */
export interface BlockAddress {
  readonly mode: Mode
  readonly type: string
  readonly name: string
}

/** Names one instance of a block. */
export interface Address extends BlockAddress {
  readonly key: InstanceKey
}

/** `tavio_user.ada`, `data.tavio_solution.export`. */
export function formatBlock({ mode, type, name }: BlockAddress): string {
  return mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`
}

/** `tavio_user.ada`, `tavio_user.ada[0]`, `data.tavio_user.x["a b"]`. */
export function formatAddress(address: Address): string {
  return formatBlock(address) + formatKey(address.key)
}

/** `[0]`, `["a"]`, or nothing. */
export function formatKey(key: InstanceKey): string {
  if (key === undefined) return ''
  return typeof key === 'number' ? `[${key}]` : `[${quote(key)}]`
}

const pattern =
  /^(data\.)?([\p{L}_][\p{L}\p{N}_-]*)\.([\p{L}_][\p{L}\p{N}_-]*)(?:\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\])?$/u

/** Reads what `formatAddress` and Terraform write. Undefined if it is not an address (module prefixes included). */
export function findAddress(text: string): Address | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, data, type, name, index, key] = match
  if (type === undefined || name === undefined) return undefined
  return {
    mode: data === undefined ? 'managed' : 'data',
    type,
    name,
    key: index !== undefined ? Number(index) : key !== undefined ? unquote(key) : undefined,
  }
}

/** Terraform's order: none, then numbers, then strings. */
export function compareKeys(a: InstanceKey, b: InstanceKey): number {
  const rank = (key: InstanceKey) => (key === undefined ? 0 : typeof key === 'number' ? 1 : 2)
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a ?? '') < String(b ?? '') ? -1 : String(a ?? '') > String(b ?? '') ? 1 : 0
}

/** Order by mode (data first), type, name, key, as in state files. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.mode !== b.mode) return a.mode === 'data' ? -1 : 1
  if (a.type !== b.type) return a.type < b.type ? -1 : 1
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return compareKeys(a.key, b.key)
}

function quote(key: string): string {
  return JSON.stringify(key)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}

function unquote(quoted: string): string | undefined {
  try {
    return (JSON.parse(quoted) as string).replaceAll('$${', '${').replaceAll('%%{', '%{')
  } catch {
    return undefined
  }
}
