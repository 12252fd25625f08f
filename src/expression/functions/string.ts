// Functions on text. Positions and lengths count what a reader sees as characters (grapheme clusters), as Terraform does.
import { compareText, isWhollyKnown, UNKNOWN, type Value } from '../../schema/value.ts'
import { listOfShape } from '../convert.ts'
import { trimEnd, trimStart } from '../literals.ts'
import {
  allow,
  anything,
  define,
  defineRest,
  Failure,
  type Func,
  int,
  listOf,
  Refusal,
  str,
} from './define.ts'
import { formatAll, formatText } from './format-verbs.ts'
import { graphemes } from './string-units.ts'

const string = { kind: 'string' } as const

function substring(text: string, offset: number, length: number): string {
  const characters = graphemes(text)
  const start = offset < 0 ? Math.max(0, offset + characters.length) : offset
  return characters.slice(start, length < 0 ? undefined : start + length).join('')
}

function join(separator: string, lists: readonly (readonly Value[])[]): string {
  if (lists.length === 0) throw new Failure('at least one list is required')
  const parts = lists.flatMap((list, i) =>
    list.map((element, at) => {
      if (element === null) throw new Refusal(i + 1, `element ${at} is null`)
      return String(element)
    }),
  )
  return parts.join(separator)
}

/** Takes any of the characters of `cutset` off both ends. */
function trim(text: string, cutset: string): string {
  const cut = new Set(cutset)
  const characters = [...text]
  let start = 0
  let end = characters.length
  while (start < end && cut.has(characters[start] as string)) start++
  while (end > start && cut.has(characters[end - 1] as string)) end--
  return characters.slice(start, end).join('')
}

const letterOrDigit = /[\p{L}\p{N}_]/u

function title(text: string): string {
  let before = ' '
  return [...text]
    .map((character) => {
      // A letter begins a word unless it follows a letter, a digit or an underscore; other ASCII separates.
      const begins = !letterOrDigit.test(before) && (before.charCodeAt(0) < 128 || /\s/u.test(before))
      before = character
      return begins ? upper(character) : character
    })
    .join('')
}

// Character by character: what becomes longer in upper case, as ß, stays, and there is no final sigma.

function upper(text: string): string {
  return mapCharacters(text, (character) => {
    const result = character.toUpperCase()
    return [...result].length === 1 ? result : character
  })
}

function lower(text: string): string {
  return mapCharacters(text, (character) => [...character.toLowerCase()][0] ?? character)
}

function mapCharacters(text: string, change: (character: string) => string): string {
  return Array.from(text, change).join('')
}

function indent(spaces: number, text: string): string {
  if (spaces < 0) throw new Failure('the number of spaces must not be negative')
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`)
}

function prefixed(test: (text: string, part: string) => boolean, text: string, part: string): Func {
  return define([str(text), str(part)], ([whole, piece]) => test(whole, piece))
}

export const stringFunctions: Readonly<Record<string, Func>> = {
  chomp: define([str('str')], ([text]) => text.replace(/[\r\n]+$/, '')),
  endswith: prefixed((text, part) => text.endsWith(part), 'str', 'suffix'),
  format: defineRest([str('format')], allow(anything('args'), 'nullable', 'unknowns'), ([text], args) =>
    args.every(isWhollyKnown) ? formatText(text, args) : UNKNOWN,
  ),
  formatlist: defineRest([str('format')], allow(anything('args'), 'nullable', 'unknowns'), ([text], args) =>
    formatAll(text, args),
  ),
  indent: define([int('spaces'), str('str')], ([spaces, text]) => indent(spaces, text)),
  join: defineRest([str('separator')], listOf('lists', string), ([separator], lists) =>
    join(separator, lists),
  ),
  lower: define([str('str')], ([text]) => lower(text)),
  sort: define([listOf('list', string)], ([list]) => {
    const at = list.indexOf(null)
    if (at !== -1) throw new Failure(`element ${at} is null, and a null string cannot be sorted`)
    return listOfShape([...(list as readonly string[])].sort(compareText), string)
  }),
  split: define([str('separator'), str('str')], ([separator, text]) =>
    listOfShape(separator === '' ? [...text] : text.split(separator), string),
  ),
  startswith: prefixed((text, part) => text.startsWith(part), 'str', 'prefix'),
  strcontains: prefixed((text, part) => text.includes(part), 'str', 'substr'),
  strrev: define([str('str')], ([text]) => graphemes(text).reverse().join('')),
  substr: define([str('str'), int('offset'), int('length')], ([text, offset, length]) =>
    substring(text, offset, length),
  ),
  title: define([str('str')], ([text]) => title(text)),
  trim: define([str('str'), str('cutset')], ([text, cutset]) => trim(text, cutset)),
  trimprefix: define([str('str'), str('prefix')], ([text, part]) =>
    text.startsWith(part) ? text.slice(part.length) : text,
  ),
  trimspace: define([str('str')], ([text]) => trimStart(trimEnd(text))),
  trimsuffix: define([str('str'), str('suffix')], ([text, part]) =>
    part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text,
  ),
  upper: define([str('str')], ([text]) => upper(text)),
}
