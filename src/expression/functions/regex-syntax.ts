// RE2 syntax to JavaScript's with the flag `u`. Where both read a pattern alike it passes through.
import { Failure } from './define.ts'

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly U: boolean
}

const plain: Flags = { i: false, m: false, s: false, U: false }

/** Throws Failure for syntax that RE2 does not have. JavaScript reports the rest when the result is compiled. */
export function translate(pattern: string): string {
  return new Translation(pattern).whole()
}

class Translation {
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  whole(): string {
    const output = this.#alternatives(plain)
    if (this.#at < this.#pattern.length) throw new Failure('the pattern has a closing parenthesis too many')
    return output
  }

  /** Up to the closing parenthesis of the group, or the end. */
  #alternatives(outer: Flags): string {
    let flags = outer
    let output = ''
    // A flag group such as (?i) holds to the end of the group around it, so one that JavaScript knows is opened there.
    let opened = 0
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ')') {
      const change = /\(\?([imsU]*)(?:-([imsU]+))?\)/y
      change.lastIndex = this.#at
      const match = change.exec(this.#pattern)
      if (match) {
        this.#at = change.lastIndex
        const changed = changeFlags(flags, match[1] ?? '', match[2] ?? '')
        if (changed.i !== flags.i) {
          output += changed.i ? '(?i:' : '(?-i:'
          opened++
        }
        flags = changed
      } else if (this.#pattern[this.#at] === '|') {
        // An alternative inside a flag group would end at its parenthesis.
        output += ')'.repeat(opened) + '|' + (opened > 0 ? (flags.i ? '(?i:' : '(?-i:') : '')
        opened = Math.min(opened, 1)
        this.#at++
      } else {
        output += this.#atom(flags) + this.#quantifier(flags)
      }
    }
    return output + ')'.repeat(opened)
  }

  #atom(flags: Flags): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0)
    switch (character) {
      case '(':
        return this.#group(flags)
      case '[':
        return this.#class()
      case '\\':
        return this.#escape(false)
      default:
        this.#at += character.length
    }
    if (character === '.') return flags.s ? '[\\s\\S]' : '[^\\n]'
    if (character === '^') return flags.m ? '(?<![^\\n])' : '^'
    if (character === '$') return flags.m ? '(?![^\\n])' : '$'
    if (character === '*' || character === '+' || character === '?')
      throw new Failure(`the pattern has nothing to repeat before "${character}"`)
    return character === '{' || character === '}' || character === ']' ? `\\${character}` : character
  }

  #group(flags: Flags): string {
    const opening = /\((?:\?(?:P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?:))?/y
    opening.lastIndex = this.#at
    const match = opening.exec(this.#pattern)
    if (!match || (match[0] === '(' && this.#pattern[this.#at + 1] === '?')) {
      throw new Failure(
        'the pattern uses a group of a kind that is not supported; there is no look-ahead and no look-behind',
      )
    }
    this.#at = opening.lastIndex
    const [whole, name, on = '', off = ''] = match
    const inner = changeFlags(flags, on, off)
    const body = this.#alternatives(inner)
    if (this.#pattern[this.#at] !== ')') throw new Failure('the pattern lacks a closing parenthesis')
    this.#at++
    if (name !== undefined) return `(?<${name}>${body})`
    if (whole === '(') return `(${body})`
    if (inner.i === flags.i) return `(?:${body})`
    return inner.i ? `(?i:${body})` : `(?-i:${body})`
  }

  #quantifier(flags: Flags): string {
    const form = /([*+?]|\{\d+(?:,\d*)?\})(\??)/y
    form.lastIndex = this.#at
    const match = form.exec(this.#pattern)
    if (!match) return ''
    this.#at = form.lastIndex
    if (/\d{4,}/.test(match[1] ?? '')) throw new Failure('the pattern repeats something more than 1000 times')
    const lazy = (match[2] === '?') !== flags.U
    return `${match[1]}${lazy ? '?' : ''}`
  }

  #class(): string {
    const opening = /\[\^?\]?/y
    opening.lastIndex = this.#at
    let output = (opening.exec(this.#pattern)?.[0] ?? '[').replace(']', '\\]')
    this.#at = opening.lastIndex
    for (;;) {
      const character = this.#pattern[this.#at]
      if (character === undefined) throw new Failure('the pattern lacks a closing bracket')
      if (character === ']') break
      const posix = /\[:(\^?)([a-z]+):\]/y
      posix.lastIndex = this.#at
      const match = posix.exec(this.#pattern)
      if (match) {
        this.#at = posix.lastIndex
        const members = classes[match[2] ?? '']
        if (members === undefined || match[1] !== '')
          throw new Failure('the pattern uses a character class that is not supported')
        output += members
      } else if (character === '\\') output += this.#escape(true)
      else {
        output += character === '[' ? '\\[' : character
        this.#at++
      }
    }
    this.#at++
    return `${output}]`
  }

  #escape(inClass: boolean): string {
    const rest = this.#pattern.slice(this.#at)
    const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest)
    if (quoted && !inClass)
      return this.#took(quoted[0], (quoted[1] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    const property = /^\\([pP])(?:([A-Z])|\{(\^?)(\w+)\})/.exec(rest)
    if (property) {
      const name = property[2] ?? property[4] ?? ''
      const negated = (property[1] === 'P') !== (property[3] === '^')
      const general = /^[A-Z][a-z]?$/.test(name)
      return this.#took(property[0], `\\${negated ? 'P' : 'p'}{${general ? name : `Script=${name}`}}`)
    }
    const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest)
    if (code) return this.#took(code[0], `\\u{${code[1] ?? code[2]}}`)
    const octal = /^\\0?([0-7]{1,3})/.exec(rest)
    if (octal && (rest[1] === '0' || (octal[1]?.length ?? 0) === 3)) {
      return this.#took(octal[0], `\\u{${Number.parseInt(octal[1] ?? '0', 8).toString(16)}}`)
    }
    const letter = rest[1]
    if (letter === undefined) throw new Failure('the pattern ends in a backslash')
    const spelled = simpleEscape(letter, inClass)
    if (spelled === undefined) throw new Failure(`the pattern uses \\${letter}, which is not supported`)
    return this.#took(rest.slice(0, 2), spelled)
  }

  #took(source: string, output: string): string {
    this.#at += source.length
    return output
  }
}

function simpleEscape(letter: string, inClass: boolean): string | undefined {
  if (/[dDwWnrtfv]/.test(letter)) return `\\${letter}`
  if (/[bB]/.test(letter)) return inClass ? undefined : `\\${letter}`
  if (letter === 'a') return '\\x07'
  // RE2's white space is only that of ASCII.
  if (letter === 's') return inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]'
  if (letter === 'S') return inClass ? undefined : '[^\\t\\n\\f\\r ]'
  if (letter === 'A') return inClass ? undefined : '(?<![\\s\\S])'
  if (letter === 'z') return inClass ? undefined : '(?![\\s\\S])'
  if (/[\^$\\.*+?()[\]{}|/]/.test(letter)) return `\\${letter}`
  if (letter === '-') return inClass ? '\\-' : '-'
  return /[!-/:-@[-`{-~]/.test(letter) ? letter : undefined
}

function changeFlags(flags: Flags, on: string, off: string): Flags {
  const value = (name: 'i' | 'm' | 's' | 'U') => (on.includes(name) || flags[name]) && !off.includes(name)
  return { i: value('i'), m: value('m'), s: value('s'), U: value('U') }
}
