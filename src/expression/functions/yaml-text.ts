// YAML text as Terraform writes it: strings always in quotes, or as a block when they have several lines.
import { formatNumber, isNumber } from '../../schema/number.ts'
import { compareText, isList, isObject, SetValue, type Value } from '../../schema/value.ts'

/** The text of a whole document. Must be given nothing unknown or marked. */
export function encodeYaml(value: Value): string {
  const text = `${node(value, { place: 'start', indent: 0, column: 0 })}\n`
  // A bare word could go on; the end of the document is said.
  return value === null || typeof value === 'boolean' || isNumber(value) ? `${text}...\n` : text
}

type Place = 'start' | 'element' | 'value'

/** Where something is written: how far its further lines are moved in, and the column at which it begins. */
interface Spot {
  readonly place: Place
  readonly indent: number
  readonly column: number
}

/** What comes after the dash or colon, which `place` says. The blank between is part of it. */
function node(value: Value, spot: Spot): string {
  if (value instanceof SetValue) return node(value.elements, spot)
  const { place, indent, column } = spot
  const gap = place === 'start' ? '' : ' '
  if (isList(value)) return value.length === 0 ? `${gap}[]` : list(value, spot)
  if (isObject(value)) return Object.keys(value).length === 0 ? `${gap}{}` : map(value, spot)
  return gap + scalar(value, place === 'start' ? 2 : indent, column)
}

function list(elements: readonly Value[], { place, indent }: Spot): string {
  // A list in a map stands where its key stands.
  const at = place === 'value' ? indent - 2 : indent
  const inner: Spot = { place: 'element', indent: at + 2, column: at + 2 }
  return opened(
    elements.map((element) => `-${node(element, inner)}`),
    at,
    place,
  )
}

function map(value: { readonly [key: string]: Value }, { place, indent }: Spot): string {
  const lines = Object.keys(value)
    .sort(compareText)
    .map((key) => {
      const after: Spot = { place: 'value', indent: indent + 2, column: indent + 2 }
      if (!key.includes('\n') && Buffer.byteLength(key) <= LONGEST_KEY) {
        const name = quoted(key)
        return `${name}:${node(value[key] as Value, { ...after, column: indent + name.length + 2 })}`
      }
      const inner = node(value[key] as Value, after)
      const simple = inner.startsWith('\n') ? ` ${inner.trimStart()}` : inner
      return `? ${scalar(key, indent + 2, indent + 2)}\n${' '.repeat(indent)}:${simple}`
    })
  return opened(lines, indent, place)
}

/** Bytes that a key can have without being announced by a question mark. */
const LONGEST_KEY = 128

function opened(lines: readonly string[], indent: number, place: Place): string {
  const text = lines.join(`\n${' '.repeat(indent)}`)
  if (place === 'start') return text
  return place === 'element' ? ` ${text}` : `\n${' '.repeat(indent)}${text}`
}

function scalar(value: Value, indent: number, column: number): string {
  if (typeof value === 'string')
    return isBlock(value) ? block(value, indent) : quoted(value, { indent, column })
  return isNumber(value) ? formatNumber(value) : String(value)
}

/** Several lines that need no escapes, and whose blanks at the ends nobody could miss. */
function isBlock(text: string): boolean {
  return text.includes('\n') && !unprintable.test(text) && !/ \n| $/.test(text)
}

function block(text: string, indent: number): string {
  const hint = /^[\n ]/.test(text) ? '2' : ''
  const end = text === '\n' || text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-'
  const lines = text.replace(/\n$/, '').split('\n')
  const margin = ' '.repeat(indent)
  return `|${hint}${end}\n${lines.map((line) => (line === '' ? '' : margin + line)).join('\n')}`
}

/** Apart from line feeds; what is beyond the first plane is escaped, too. */
const unprintable = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u

const escapes: { readonly [character: string]: string } = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** Beyond this column, a line ends at the next blank. */
const WIDTH = 80

/** In quotes, on several lines if there is a spot to go on from. */
function quoted(text: string, fold?: Pick<Spot, 'indent' | 'column'>): string {
  const characters = [...text]
  let column = (fold?.column ?? 0) + 1
  let written = '"'
  let wasBlank = false
  for (const [i, character] of characters.entries()) {
    const isBlank = character === ' '
    const isInside = i > 0 && i < characters.length - 1
    if (isBlank && fold !== undefined && !wasBlank && column > WIDTH && isInside) {
      const start = `${' '.repeat(fold.indent)}${characters[i + 1] === ' ' ? '\\' : ''}`
      written += `\n${start}`
      column = start.length
    } else {
      const shown = escaped(character)
      written += shown
      column += shown.length
    }
    wasBlank = isBlank
  }
  return `${written}"`
}

function escaped(character: string): string {
  if (Object.hasOwn(escapes, character)) return escapes[character] as string
  if (!unprintable.test(character)) return character
  const code = character.codePointAt(0) as number
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
