// Type constraints of variables: `list(object({ name = string, size = optional(number, 1) }))`.
import { DiagnosticError } from '../diagnostics.ts'
import { parseExpression } from '../expression/parse.ts'
import type { Attribute, Type } from '../schema/attribute.ts'
import { suggest } from '../schema/suggest.ts'
import { constantValue } from './constant.ts'
import { convert } from './convert.ts'

/** A type, or a sentence saying what is wrong with its text. */
export type TypeResult = { readonly type: Type } | { readonly mistake: string }

/** Reads a type constraint; `any` is dynamic. */
export function parseType(text: string): TypeResult {
  // The short forms from before types had parameters; only valid alone.
  const alone = text.trim()
  if (alone === 'list' || alone === 'map') return { type: { kind: alone, element: { kind: 'dynamic' } } }
  try {
    return { type: new TypeReader(text).whole() }
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.message }
    if (error instanceof DiagnosticError) return { mistake: error.diagnostics[0]?.detail ?? error.message }
    throw error
  }
}

class Mistake extends Error {}

const primitives = ['string', 'number', 'bool', 'any'] as const
const constructors = ['list', 'set', 'map', 'object', 'tuple'] as const

class TypeReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Type {
    const type = this.#type()
    if (this.#peek() !== '') this.#stop(`"${this.#text.slice(this.#at)}" is left over after the type`)
    return type
  }

  #type(): Type {
    const word = this.#word('a type')
    const primitive = primitives.find((one) => one === word)
    if (primitive !== undefined) return { kind: primitive === 'any' ? 'dynamic' : primitive }
    if (word === 'optional') this.#stop('"optional" can only stand in the attributes of an object type')
    const kind = constructors.find((one) => one === word)
    if (kind === undefined)
      return this.#stop(`there is no type "${word}"${suffix(word, [...primitives, ...constructors])}`)
    if (this.#peek() !== '(')
      return this.#stop(`"${kind}" needs the type of what is in it, such as ${example[kind]}`)
    this.#expect('(')
    const type = this.#parameter(kind)
    this.#take(',')
    this.#expect(')')
    return type
  }

  #parameter(kind: (typeof constructors)[number]): Type {
    if (kind === 'object') return this.#object()
    if (kind !== 'tuple') return { kind, element: this.#type() }
    const elements: Type[] = []
    this.#expect('[')
    while (!this.#take(']')) {
      elements.push(this.#type())
      if (!this.#take(',') && this.#peek() !== ']') this.#expect(',')
    }
    return { kind, elements }
  }

  #object(): Type {
    const attributes: [string, Attribute][] = []
    this.#expect('{')
    while (!this.#take('}')) {
      const name = this.#word('an attribute name')
      if (attributes.some(([known]) => known === name)) this.#stop(`the attribute "${name}" is given twice`)
      if (!this.#take(':')) this.#expect('=')
      attributes.push([name, this.#attribute()])
      const end = this.#at
      const next = this.#peek()
      const lineEnded = this.#text.slice(end, this.#at).includes('\n')
      if (!this.#take(',') && !lineEnded && next !== '}') this.#expect(',')
    }
    return { kind: 'object', attributes: Object.fromEntries(attributes) }
  }

  #attribute(): Attribute {
    const start = this.#at
    if (this.#peek() !== 'o' || this.#word('a type') !== 'optional') {
      this.#at = start
      return { type: this.#type(), mode: 'required', description: '' }
    }
    this.#expect('(')
    const type = this.#type()
    const attribute: Attribute = { type, mode: 'optional', description: '' }
    if (!this.#take(',')) {
      this.#expect(')')
      return attribute
    }
    const written = this.#upToParenthesis()
    this.#expect(')')
    const { value, problems } = convert(constantValue(parseExpression(written)), type)
    if (problems[0] !== undefined) this.#stop(`the default ${written.trim()} does not fit: it ${problems[0]}`)
    return value === null ? attribute : { ...attribute, default: value }
  }

  /** The text of an expression, up to the parenthesis that closes the one before it. */
  #upToParenthesis(): string {
    const token = /"(?:[^"\\]|\\.)*"|[()[\]{}]|[^"()[\]{}]+|"/suy
    token.lastIndex = this.#at
    let depth = 0
    for (let match = token.exec(this.#text); match !== null; match = token.exec(this.#text)) {
      if (match[0] === ')' && depth === 0) {
        const start = this.#at
        this.#at = match.index
        return this.#text.slice(start, match.index)
      }
      if ('([{'.includes(match[0])) depth++
      if (')]}'.includes(match[0])) depth--
    }
    return this.#stop('a parenthesis is not closed')
  }

  #peek(): string {
    const space = /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*.*?\*\/)*/suy
    space.lastIndex = this.#at
    space.test(this.#text)
    this.#at = Math.max(this.#at, space.lastIndex)
    return this.#text[this.#at] ?? ''
  }

  #word(what: string): string {
    this.#peek()
    const word = /^[\p{L}_][\p{L}\p{N}_-]*/u.exec(this.#text.slice(this.#at))?.[0]
    if (word === undefined) return this.#stop(`${what} is expected ${this.#where()}`)
    this.#at += word.length
    return word
  }

  #take(character: string): boolean {
    const found = this.#peek() === character
    if (found) this.#at++
    return found
  }

  #expect(character: string): void {
    if (!this.#take(character)) this.#stop(`"${character}" is expected ${this.#where()}`)
  }

  #where(): string {
    const rest = this.#text.slice(this.#at, this.#at + 20)
    return rest === '' ? 'at the end' : `before "${rest}"`
  }

  #stop(mistake: string): never {
    throw new Mistake(`In the type ${this.#text.trim()}: ${mistake}.`)
  }
}

const example = {
  list: 'list(string)',
  set: 'set(string)',
  map: 'map(string)',
  object: 'object({ name = string })',
  tuple: 'tuple([string, number])',
}

function suffix(word: string, known: readonly string[]): string {
  const near = suggest(word, known)
  return near === undefined ? '' : `; did you mean "${near}"`
}
