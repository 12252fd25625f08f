// YAML text read as Terraform reads it. The grammar is the library's; what words mean is ours, as Terraform's differs.
import { createRequire } from 'node:module'
import type { Document, Node, Pair, Scalar } from 'yaml'
import { isNumber, parseNumber } from '../../schema/number.ts'
import { isObject, objectOf, UNKNOWN, type Value } from '../../schema/value.ts'
import { allow, anything, define, Failure, type Func, str } from './define.ts'
import { decodeBase64 } from './encoding.ts'
import { encodeYaml } from './yaml-text.ts'

/** Loaded when it is first needed: few configurations do. */
const load = (): typeof import('yaml') => createRequire(import.meta.url)('yaml')

function decodeYaml(text: string): Value {
  const library = load()
  if (/^(?:\s|#.*)*(?:\.\.\.\s*)?$/.test(text)) throw new Failure('the text holds no document')
  if (/^%YAML (?!1\.1\s)/m.test(text)) throw new Failure('only YAML 1.1 can be asked for')
  const documents = library.parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
  })
  const [document, second] = documents as readonly Document[]
  if (document === undefined || second !== undefined) throw new Failure('the text must hold one document')
  const [error] = document.errors
  if (error !== undefined)
    throw new Failure(`line ${error.linePos?.[0].line ?? 1} is not valid YAML`, { cause: error })
  const anchors = new Map<string, Value | undefined>()
  const decode = (node: Node | null): Value => {
    if (library.isAlias(node)) {
      const found = anchors.get(node.source)
      if (found === undefined) throw new Failure('an alias names no anchor before it')
      return found
    }
    const anchor = node !== null && 'anchor' in node ? node.anchor : undefined
    if (anchor !== undefined) anchors.set(anchor, undefined)
    const value = content(node)
    if (anchor !== undefined) anchors.set(anchor, value)
    return value
  }
  const content = (node: Node | null): Value => {
    if (node === null) return null
    if (library.isScalar(node)) return scalarOf(node)
    if (library.isSeq(node)) {
      checkTag(node.tag, 'seq')
      return node.items.map((one) => decode(one as Node | null))
    }
    if (!library.isMap(node)) throw new Failure('the text holds something that cannot be read')
    checkTag(node.tag, 'map')
    return objectOf(node.items.flatMap((pair) => entries(pair as Pair<Node | null, Node | null>)))
  }
  const entries = ({ key, value }: Pair<Node | null, Node | null>): readonly (readonly [string, Value])[] => {
    if (library.isScalar(key) && key.source === '<<') {
      const merged = decode(value)
      if (!isObject(merged)) throw new Failure('only a mapping can be merged into a mapping')
      return Object.entries(merged)
    }
    const name = decode(key)
    if (name === null) throw new Failure('the key of a mapping must not be null')
    if (typeof name === 'object' || name === UNKNOWN)
      throw new Failure('the key of a mapping must be a string')
    return [[String(name), decode(value)]]
  }
  return decode(document.contents as Node | null)
}

function checkTag(tag: string | undefined, kind: 'seq' | 'map'): void {
  if (tag === undefined || tag === `tag:yaml.org,2002:${kind}`) return
  throw new Failure('a tag is not supported')
}

const words = new Map<string, Value>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (one) => [one, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (one) => [one, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((one) => [one, null] as const),
])

function scalarOf(node: Scalar): Value {
  const text = String(node.source ?? node.value ?? '').normalize()
  const isPlain = node.type === 'PLAIN' || node.type === undefined
  const { tag } = node
  const kind = tag?.replace('tag:yaml.org,2002:', '')
  switch (kind) {
    case undefined:
      return isPlain ? meaningOf(text) : text
    case 'str':
      return text
    case 'binary':
      decodeBase64(text)
      return text
    case 'int':
    case 'float':
      return isPlain ? expect(meaningOf(text), isNumber) : text
    case 'bool':
      return isPlain ? expect(meaningOf(text), (value) => typeof value === 'boolean') : text
    case 'null':
      return isPlain ? expect(meaningOf(text), (value) => value === null) : text
    case 'timestamp':
      return isPlain ? meaningOf(text) : text
    default:
      throw new Failure('a tag is not supported')
  }
}

function expect(value: Value, fits: (value: Value) => boolean): Value {
  if (fits(value)) return value
  throw new Failure('a value is not what its tag says')
}

/** A word without quotes. */
function meaningOf(text: string): Value {
  const word = words.get(text)
  if (word !== undefined) return word
  if (/^[+-]?\.(inf|Inf|INF)$/.test(text)) throw new Failure('infinity is not supported')
  if (/^\.(nan|NaN|NAN)$/.test(text)) throw new Failure('what is not a number is not supported')
  return timestamp(text) ?? number(text) ?? text
}

function number(text: string): Value | undefined {
  if (/^0x[\da-fA-F]+$/.test(text)) return parseNumber(BigInt(text).toString())
  if (/^0o[0-7]+$/.test(text)) return parseNumber(BigInt(text).toString())
  // Digits may be missing on one side of the point.
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  return parseNumber(
    text.replace(/^([+-]?)\./, (_all, sign: string) => `${sign}0.`).replace(/\.(?=$|[eE])/, ''),
  )
}

/** A date, with a time or without, as Terraform writes times. */
function timestamp(text: string): string | undefined {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
      text,
    )
  if (match === null) return undefined
  const [, year, month = '', day = '', hour = '0', minute = '0', second = '0', zone = 'Z'] = match
  const two = (part: string) => part.padStart(2, '0')
  const date = `${year}-${two(month)}-${two(day)}`
  const made = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(made.getTime()) || made.toISOString().slice(0, 10) !== date) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}${zone}`
}

export const yamlFunctions: Readonly<Record<string, Func>> = {
  yamldecode: define([str('src')], ([text]) => decodeYaml(text)),
  yamlencode: define([allow(anything('value'), 'nullable')], ([value]) => encodeYaml(value)),
}
