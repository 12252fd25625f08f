// The grammar: a Pratt parser for expressions, and around it the templates they stand in. Use it through `parse.ts`.
import { parseNumber } from '../schema/number.ts'
import { didYouMean } from '../schema/suggest.ts'
import {
  type BinaryOperator,
  type Expression,
  type For,
  type ObjectItem,
  precedence,
  type Step,
} from './expression.ts'
import { Lexer, type TokenKind } from './lexer.ts'
import { readEscape, trimAfterMarker, trimBeforeMarker } from './literals.ts'
import { resolveTarget } from './target.ts'

const MAX_DEPTH = 300
const keywords = ['if', 'else', 'endif', 'for', 'endfor']

/** Literal text, or something put into it. */
interface TemplateText {
  readonly parts: readonly Expression[]
  /** One `${}` and nothing around it. */
  readonly wraps: boolean
  /** The directive that ended the text, already consumed. */
  readonly stop: string | undefined
}

/** One parse of one text. Throws a diagnostic that shows the text and points at the column. */
export class Parser {
  readonly #lexer: Lexer
  #bound: readonly string[]
  #lastEnd: number
  #depth = 0
  /** Inside an object constructor a line's end also ends an item. */
  #newlineEnds = false
  /** The last marker was `~}`. */
  #trimNext = false

  constructor(text: string, bound: readonly string[]) {
    this.#lexer = new Lexer(text, 0)
    this.#bound = bound
    this.#lastEnd = 0
  }

  /** The whole text as one expression. */
  wholeExpression(): Expression {
    this.#lexer.next()
    const expression = this.#expression()
    if (this.#lexer.kind !== 'end') {
      this.#lexer.fail(
        'Extra characters after expression',
        'The expression ends here, but more text follows.',
      )
    }
    return expression
  }

  /** The whole text as the content of a string. */
  wholeTemplate(): Expression {
    const { text } = this.#lexer
    return this.#template(0, text.length, this.#templateText('bare', text.length, []))
  }

  // Templates

  #template(start: number, end: number, { parts, wraps }: TemplateText): Expression {
    const only = parts[0]
    if (only === undefined) return Object.freeze({ kind: 'literal', value: '', start, end })
    if (parts.length === 1 && (wraps || only.kind === 'literal')) return only
    return Object.freeze({ kind: 'template', parts: Object.freeze(parts), start, end })
  }

  /** Reads from the lexer's position up to a directive in `stops`, the closing quote, or `limit`. */
  #templateText(mode: 'bare' | 'quoted', limit: number, stops: readonly string[]): TemplateText {
    const lexer = this.#lexer
    const { text } = lexer
    const quoted = mode === 'quoted'
    const parts: Expression[] = []
    let run = ''
    let runStart = lexer.at
    let from = lexer.at
    let at = lexer.at
    let texts = 0
    let insertions = 0
    const flush = (end: number, trim: boolean) => {
      let value = run + text.slice(from, end)
      if (value === '') return
      texts++
      if (this.#trimNext) value = trimAfterMarker(value, quoted)
      this.#trimNext = false
      if (trim) value = trimBeforeMarker(value, quoted)
      if (value !== '')
        parts.push(Object.freeze({ kind: 'literal', value: value.normalize(), start: runStart, end }))
    }
    const restart = (position: number) => {
      run = ''
      from = runStart = at = position
    }
    for (;;) {
      if (at >= limit) {
        if (quoted)
          lexer.fail(
            'Unterminated template string',
            'A string is opened here and has no closing quote.',
            lexer.start,
          )
        flush(limit, false)
        lexer.at = limit
        return { parts, wraps: texts === 0 && insertions === 1 && parts.length === 1, stop: undefined }
      }
      const c = text.charCodeAt(at)
      if (quoted && c === 34) {
        flush(at, false)
        lexer.at = at + 1
        return { parts, wraps: texts === 0 && insertions === 1 && parts.length === 1, stop: undefined }
      }
      if (quoted && c === 92) {
        const sequence = readEscape(lexer, at)
        run += text.slice(from, at) + sequence.text
        from = at = sequence.end
        continue
      }
      if (quoted && c === 10) {
        lexer.fail(
          'Invalid multi-line string',
          'A quoted string ends on its line. Write \\n for a line break.',
          at,
        )
      }
      if (c !== 36 && c !== 37) {
        at++
        continue
      }
      if (text.charCodeAt(at + 1) === c && text.charCodeAt(at + 2) === 123) {
        run += text.slice(from, at + 1) + '{'
        from = at = at + 3
        continue
      }
      if (text.charCodeAt(at + 1) !== 123) {
        at++
        continue
      }
      const trim = text.charCodeAt(at + 2) === 126
      flush(at, trim)
      this.#trimNext = false
      lexer.at = at + (trim ? 3 : 2)
      if (c === 36) {
        insertions++
        parts.push(this.#insertion(at))
      } else {
        const stop = this.#directive(mode, limit, stops, at, parts)
        if (stop !== undefined) return { parts, wraps: false, stop }
      }
      restart(lexer.at)
    }
  }

  #insertion(start: number): Expression {
    const lexer = this.#lexer
    const outer = this.#newlineEnds
    this.#newlineEnds = false
    lexer.next()
    const expression = this.#expression()
    this.#closeMarker(
      start,
      'Extra characters after interpolation expression',
      'A closing brace is expected here. If "${" is meant as text, write it as "$${".',
    )
    this.#newlineEnds = outer
    return expression
  }

  /** Expects `}` or `~}`, and leaves the lexer right behind it. */
  #closeMarker(start: number, summary: string, detail: string): void {
    const lexer = this.#lexer
    if (lexer.kind === '~') {
      this.#trimNext = true
      lexer.next()
    }
    if (lexer.kind === 'end') {
      lexer.fail('Unclosed template sequence', 'The sequence that begins here has no closing brace.', start)
    }
    if (lexer.kind !== '}') lexer.fail(summary, detail)
    this.#lastEnd = lexer.end
  }

  /** Returns the keyword when it is one of `stops`; otherwise adds what the directive stands for to `parts`. */
  #directive(
    mode: 'bare' | 'quoted',
    limit: number,
    stops: readonly string[],
    start: number,
    parts: Expression[],
  ): string | undefined {
    const lexer = this.#lexer
    const outer = this.#newlineEnds
    this.#newlineEnds = false
    this.#advance()
    const keyword = lexer.kind === 'name' ? lexer.word() : ''
    if (!keywords.includes(keyword)) {
      lexer.fail(
        'Invalid template keyword',
        `A template directive is one of ${keywords.join(', ')}.${didYouMean(keyword, keywords)} If "%{" is meant as text, write it as "%%{".`,
      )
    }
    this.#advance()
    if (keyword === 'if') parts.push(this.#ifDirective(mode, limit, start))
    else if (keyword === 'for') parts.push(this.#forDirective(mode, limit, start))
    else {
      if (!stops.includes(keyword)) {
        lexer.fail(
          `Unexpected ${keyword} directive`,
          'The directives of this template are not balanced.',
          start,
        )
      }
      this.#closeMarker(start, `Extra characters in ${keyword} marker`, 'A closing brace is expected here.')
    }
    this.#newlineEnds = outer
    return keyword === 'if' || keyword === 'for' ? undefined : keyword
  }

  #ifDirective(mode: 'bare' | 'quoted', limit: number, start: number): Expression {
    this.#deeper()
    const condition = this.#expression()
    this.#closeMarker(start, 'Extra characters in if marker', 'A closing brace is expected here.')
    const whenTrue = this.#section(mode, limit, ['else', 'endif'], start)
    const whenFalse = whenTrue.stop === 'else' ? this.#section(mode, limit, ['endif'], start) : undefined
    this.#depth--
    const end = this.#lexer.at
    return Object.freeze({
      kind: 'conditional',
      condition,
      whenTrue: this.#string(whenTrue.parts, start, end),
      whenFalse: this.#string(whenFalse?.parts ?? [], start, end),
      start,
      end,
    })
  }

  #forDirective(mode: 'bare' | 'quoted', limit: number, start: number): Expression {
    this.#deeper()
    const { keyName, valueName, collection } = this.#forHeader()
    this.#closeMarker(start, 'Extra characters in for marker', 'A closing brace is expected here.')
    const outer = this.#bound
    this.#bound = [...outer, valueName, ...(keyName === undefined ? [] : [keyName])]
    const body = this.#section(mode, limit, ['endfor'], start)
    this.#bound = outer
    this.#depth--
    const end = this.#lexer.at
    const value = this.#string(body.parts, start, end)
    const loop: For = Object.freeze({
      kind: 'for',
      keyName,
      valueName,
      collection,
      key: undefined,
      value,
      condition: undefined,
      grouped: false,
      start,
      end,
    })
    return Object.freeze({ kind: 'join', loop, start, end })
  }

  #section(mode: 'bare' | 'quoted', limit: number, stops: readonly string[], start: number): TemplateText {
    const section = this.#templateText(mode, limit, stops)
    if (section.stop === undefined) {
      this.#lexer.fail(
        'Unexpected end of template',
        `The directive that begins here has no ${stops.at(-1)}.`,
        start,
      )
    }
    return section
  }

  /** Always yields a string, also for a single insertion. */
  #string(parts: readonly Expression[], start: number, end: number): Expression {
    return this.#template(start, end, { parts, wraps: false, stop: undefined })
  }

  // Expressions

  #advance(): void {
    this.#lastEnd = this.#lexer.end
    this.#lexer.next()
  }

  #deeper(): void {
    if (++this.#depth > MAX_DEPTH) {
      this.#lexer.fail(
        'Expression nested too deeply',
        `More than ${MAX_DEPTH} levels cannot be read. Use locals for parts of it.`,
      )
    }
  }

  /** The token at hand, if it belongs to the expression under way. */
  #following(): TokenKind {
    return this.#newlineEnds && this.#lexer.newline ? 'end' : this.#lexer.kind
  }

  #expression(): Expression {
    const start = this.#lexer.start
    const condition = this.#binary(1)
    if (this.#following() !== '?') return condition
    this.#deeper()
    this.#advance()
    const whenTrue = this.#expression()
    if (this.#following() !== ':') {
      this.#lexer.fail(
        'Missing false expression in conditional',
        'A conditional is written: condition ? value : other value.',
      )
    }
    this.#advance()
    const whenFalse = this.#expression()
    this.#depth--
    return Object.freeze({ kind: 'conditional', condition, whenTrue, whenFalse, start, end: this.#lastEnd })
  }

  #binary(lowest: number): Expression {
    const start = this.#lexer.start
    let left = this.#unary()
    for (;;) {
      const kind = this.#following()
      const binding = (precedence as Readonly<Record<string, number | undefined>>)[kind]
      if (binding === undefined || binding < lowest) return left
      this.#advance()
      const right = this.#binary(binding + 1)
      // Only operators have an entry in the table.
      const operator = kind as BinaryOperator
      left = Object.freeze({ kind: 'binary', operator, left, right, start, end: this.#lastEnd })
    }
  }

  #unary(): Expression {
    const { start, kind } = this.#lexer
    this.#deeper()
    let expression: Expression
    if (kind === '-' || kind === '!') {
      this.#advance()
      const operand = this.#unary()
      expression = Object.freeze({ kind: 'unary', operator: kind, operand, start, end: this.#lastEnd })
    } else {
      expression = this.#postfix(this.#primary(), start, false)
    }
    this.#depth--
    return expression
  }

  #primary(): Expression {
    const lexer = this.#lexer
    const { start, end } = lexer
    switch (lexer.kind) {
      case 'number': {
        const value = parseNumber(lexer.word())
        if (value === undefined)
          return lexer.fail('Invalid number literal', 'This number is too large or too small.')
        this.#advance()
        return Object.freeze({ kind: 'literal', value, start, end })
      }
      case 'quote':
        return this.#quoted(start)
      case 'heredoc':
        return this.#heredoc(start)
      case 'name':
        return this.#named(lexer.word(), start)
      case '(': {
        const inner = this.#enclosed(() => this.#expression())
        this.#expect(')', 'Unbalanced parentheses', 'A closing parenthesis is expected here.')
        return inner
      }
      case '[':
        return this.#bracket(start)
      case '{':
        return this.#brace(start)
      case 'end':
        return lexer.fail('Missing expression', 'An expression is expected, but the text ends here.')
      case '~':
        return lexer.fail('Unsupported operator', 'There are no bitwise operators. For "not", write !.')
      default:
        return lexer.fail('Invalid expression', 'An expression is expected here.')
    }
  }

  /** Asked through a method because the kind changes behind the compiler's back. */
  #at(kind: TokenKind): boolean {
    return this.#lexer.kind === kind
  }

  /** Steps over an opening bracket and reads what is inside, where lines may end anywhere. */
  #enclosed<T>(read: () => T): T {
    const outer = this.#newlineEnds
    this.#newlineEnds = false
    this.#advance()
    const result = read()
    this.#newlineEnds = outer
    return result
  }

  #expect(kind: TokenKind, summary: string, detail: string): void {
    if (this.#lexer.kind !== kind) this.#lexer.fail(summary, detail)
    this.#advance()
  }

  #quoted(start: number): Expression {
    const lexer = this.#lexer
    const outer = this.#trimNext
    this.#trimNext = false
    const content = this.#templateText('quoted', lexer.text.length, [])
    this.#trimNext = outer
    const end = lexer.at
    lexer.end = end
    this.#advance()
    return this.#template(start, end, content)
  }

  #heredoc(start: number): Expression {
    const lexer = this.#lexer
    const opening = /(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy
    opening.lastIndex = lexer.at
    const match = opening.exec(lexer.text)
    if (!match)
      return lexer.fail(
        'Invalid heredoc',
        'A heredoc begins with << or <<-, a name, and the end of the line.',
      )
    const from = opening.lastIndex
    const closing = new RegExp(`^[ \\t]*${match[2]}(?=[\\r\\n \\t)\\]},]|$)`, 'gm')
    closing.lastIndex = from
    const close = closing.exec(lexer.text)
    if (!close)
      return lexer.fail('Unterminated template string', `The heredoc has no closing ${match[2]}.`, start)
    const outer = this.#trimNext
    this.#trimNext = false
    lexer.at = from
    const content = this.#templateText('bare', close.index, [])
    this.#trimNext = outer
    lexer.at = lexer.end = closing.lastIndex
    const indented = match[1] === '-' ? { ...content, parts: dedent(content.parts) } : content
    this.#advance()
    return this.#template(start, closing.lastIndex, indented)
  }

  #named(word: string, start: number): Expression {
    const end = this.#lexer.end
    this.#advance()
    const following = this.#following()
    if (following === '(') return this.#call(word, start)
    if (following === '::') return this.#namespaced(word, start)
    if (word === 'true' || word === 'false')
      return Object.freeze({ kind: 'literal', value: word === 'true', start, end })
    if (word === 'null') return Object.freeze({ kind: 'literal', value: null, start, end })
    if (this.#bound.includes(word)) return Object.freeze({ kind: 'bound', name: word, start, end })
    return this.#reference(word, start)
  }

  /** A root name and as many constant steps as follow. What comes after them is left to `#postfix`. */
  #reference(root: string, start: number): Expression {
    const steps: Step[] = []
    for (;;) {
      const following = this.#following()
      if (following === '.') {
        this.#advance()
        const step = this.#dotted()
        if (step === undefined) return this.#attributeSplat(this.#resolved(root, start, steps), start)
        steps.push(step)
      } else if (following === '[') {
        const sourceEnd = this.#lastEnd
        const key = this.#bracketed()
        if (key === undefined) return this.#fullSplat(this.#resolved(root, start, steps, sourceEnd), start)
        const constant = key.kind === 'literal' ? key.value : undefined
        if (typeof constant === 'string' || Number.isSafeInteger(constant)) {
          // isSafeInteger does not narrow the type.
          steps.push({ kind: 'index', key: constant as string | number })
        } else {
          const source = this.#resolved(root, start, steps, sourceEnd)
          return Object.freeze({ kind: 'index', source, key, start, end: this.#lastEnd })
        }
      } else return this.#resolved(root, start, steps)
    }
  }

  #resolved(root: string, start: number, steps: readonly Step[], end = this.#lastEnd): Expression {
    const resolution = resolveTarget(root, steps)
    if ('summary' in resolution) return this.#lexer.fail(resolution.summary, resolution.detail, start)
    const { target, used } = resolution
    return Object.freeze({
      kind: 'reference',
      target: Object.freeze(target),
      steps: Object.freeze(steps.slice(used)),
      start,
      end,
    })
  }

  #postfix(source: Expression, start: number, attributesOnly: boolean): Expression {
    let node = source
    for (;;) {
      const following = this.#following()
      if (following === '.') {
        this.#advance()
        const step = this.#dotted()
        if (step === undefined) {
          if (attributesOnly)
            this.#lexer.fail('Nested splat expression', 'Inside ".*" no other ".*" may stand. Use [*].')
          node = this.#attributeSplat(node, start)
        } else if (step.kind === 'attribute') {
          node = Object.freeze({
            kind: 'attribute',
            source: node,
            name: step.name,
            start,
            end: this.#lastEnd,
          })
        } else {
          const key = Object.freeze({
            kind: 'literal',
            value: step.key,
            start: this.#lastEnd,
            end: this.#lastEnd,
          } as const)
          node = Object.freeze({ kind: 'index', source: node, key, start, end: this.#lastEnd })
        }
      } else if (following === '[' && !attributesOnly) {
        const key = this.#bracketed()
        node =
          key === undefined
            ? this.#fullSplat(node, start)
            : Object.freeze({ kind: 'index', source: node, key, start, end: this.#lastEnd })
      } else return node
    }
  }

  /** What follows a dot; undefined for a star. */
  #dotted(): Step | undefined {
    const lexer = this.#lexer
    if (lexer.kind === 'name') {
      const name = lexer.word()
      this.#advance()
      return Object.freeze({ kind: 'attribute', name })
    }
    if (lexer.kind === 'number') {
      const word = lexer.word()
      if (!/^\d{1,15}$/.test(word)) {
        lexer.fail(
          'Invalid legacy index syntax',
          'Indexes after a dot cannot be chained. Write them in brackets, as in [0][1].',
        )
      }
      this.#advance()
      return Object.freeze({ kind: 'index', key: Number(word) })
    }
    if (lexer.kind === '*') {
      this.#advance()
      return undefined
    }
    return lexer.fail('Invalid attribute name', 'A dot must be followed by the name of an attribute.')
  }

  /** The key inside brackets; undefined for a star. */
  #bracketed(): Expression | undefined {
    const key = this.#enclosed(() => {
      if (this.#lexer.kind !== '*') return this.#expression()
      this.#advance()
      return undefined
    })
    this.#expect(']', 'Missing close bracket on index', 'A closing bracket is expected here.')
    return key
  }

  #attributeSplat(source: Expression, start: number): Expression {
    const item = Object.freeze({ kind: 'item', start: this.#lastEnd, end: this.#lastEnd } as const)
    const each = this.#postfix(item, this.#lastEnd, true)
    return Object.freeze({ kind: 'splat', source, each, start, end: this.#lastEnd })
  }

  #fullSplat(source: Expression, start: number): Expression {
    this.#deeper()
    const item = Object.freeze({ kind: 'item', start: this.#lastEnd, end: this.#lastEnd } as const)
    const each = this.#postfix(item, this.#lastEnd, false)
    this.#depth--
    return Object.freeze({ kind: 'splat', source, each, start, end: this.#lastEnd })
  }

  #namespaced(first: string, start: number): Expression {
    let name = first
    while (this.#following() === '::') {
      this.#advance()
      if (!this.#at('name'))
        this.#lexer.fail('Invalid function name', 'A function name is expected after "::".')
      name += `::${this.#lexer.word()}`
      this.#advance()
    }
    if (this.#following() !== '(')
      this.#lexer.fail('Missing open parenthesis', 'A name with "::" is a function and must be called.')
    return this.#call(name, start)
  }

  #call(name: string, start: number): Expression {
    const lexer = this.#lexer
    const args: Expression[] = []
    const expand = this.#enclosed(() => {
      while (!this.#at(')')) {
        args.push(this.#expression())
        if (this.#at('...')) {
          this.#advance()
          if (!this.#at(')'))
            lexer.fail('Missing closing parenthesis', 'The argument with "..." must be the last one.')
          return true
        }
        if (this.#at(')')) break
        if (this.#at('end'))
          lexer.fail('Unterminated function call', 'The call has no closing parenthesis.', start)
        if (!this.#at(',')) lexer.fail('Missing argument separator', 'A comma is expected between arguments.')
        this.#advance()
      }
      return false
    })
    this.#advance()
    return Object.freeze({ kind: 'call', name, args: Object.freeze(args), expand, start, end: this.#lastEnd })
  }

  #bracket(start: number): Expression {
    const lexer = this.#lexer
    const result = this.#enclosed((): Expression => {
      if (this.#atFor()) return this.#for(']', start)
      const elements: Expression[] = []
      while (!this.#at(']')) {
        elements.push(this.#expression())
        if (this.#at(']')) break
        if (this.#at('end'))
          lexer.fail('Unterminated tuple constructor', 'The list has no closing bracket.', start)
        if (!this.#at(',')) lexer.fail('Missing item separator', 'A comma is expected between elements.')
        this.#advance()
      }
      return Object.freeze({ kind: 'tuple', elements: Object.freeze(elements), start, end: lexer.end })
    })
    this.#advance()
    return result
  }

  #brace(start: number): Expression {
    const outer = this.#newlineEnds
    this.#newlineEnds = false
    this.#advance()
    const result = this.#atFor() ? this.#for('}', start) : this.#object(start)
    this.#newlineEnds = outer
    this.#advance()
    return result
  }

  #object(start: number): Expression {
    const lexer = this.#lexer
    const items: ObjectItem[] = []
    while (!this.#at('}')) {
      this.#newlineEnds = true
      const key = this.#objectKey()
      if (this.#at('end'))
        lexer.fail('Unterminated object constructor', 'The object has no closing brace.', start)
      if (!this.#at('=') && !this.#at(':')) {
        lexer.fail('Missing key/value separator', 'An equals sign is expected between key and value.')
      }
      this.#advance()
      items.push(Object.freeze({ key, value: this.#expression() }))
      if (this.#at('}')) break
      if (this.#at('end'))
        lexer.fail('Unterminated object constructor', 'The object has no closing brace.', start)
      if (this.#at(',')) this.#advance()
      else if (!lexer.newline)
        lexer.fail('Missing attribute separator', 'A comma or a new line is expected between items.')
    }
    return Object.freeze({ kind: 'object', items: Object.freeze(items), start, end: lexer.end })
  }

  /** A bare word is the key itself, not a reference. */
  #objectKey(): Expression {
    const lexer = this.#lexer
    if (this.#at('name')) {
      const { start, end } = lexer
      const following = /\s*(?:=(?!=)|:(?!:))/y
      following.lastIndex = end
      if (following.test(lexer.text)) {
        const value = lexer.word()
        this.#advance()
        return Object.freeze({ kind: 'literal', value, start, end })
      }
    }
    return this.#expression()
  }

  #atFor(): boolean {
    return this.#at('name') && this.#lexer.word() === 'for'
  }

  #forHeader(): { keyName: string | undefined; valueName: string; collection: Expression } {
    const lexer = this.#lexer
    const name = () => {
      if (!this.#at('name'))
        lexer.fail("Invalid 'for' expression", 'A name for the element is expected after "for".')
      const word = lexer.word()
      this.#advance()
      return word
    }
    const first = name()
    let second: string | undefined
    if (this.#at(',')) {
      this.#advance()
      second = name()
    }
    if (!this.#at('name') || lexer.word() !== 'in') {
      lexer.fail("Invalid 'for' expression", 'The keyword "in" is expected after the names.')
    }
    this.#advance()
    const collection = this.#expression()
    return second === undefined
      ? { keyName: undefined, valueName: first, collection }
      : { keyName: first, valueName: second, collection }
  }

  #for(closing: ']' | '}', start: number): Expression {
    const lexer = this.#lexer
    this.#advance()
    const { keyName, valueName, collection } = this.#forHeader()
    const wrong: (detail: string) => never = (detail) => lexer.fail("Invalid 'for' expression", detail)
    if (!this.#at(':')) wrong('A colon is expected after the collection.')
    this.#advance()
    const outer = this.#bound
    this.#bound = [...outer, valueName, ...(keyName === undefined ? [] : [keyName])]
    const first = this.#expression()
    let key: Expression | undefined
    let value = first
    if (this.#at('=>')) {
      if (closing === ']') wrong('A list has no keys. Use braces to build an object.')
      this.#advance()
      key = first
      value = this.#expression()
    } else if (closing === '}')
      wrong('An object needs a key for each value: { for x in list : key => value }.')
    let grouped = false
    if (this.#at('...')) {
      if (closing === ']') wrong('Only an object can group values with "...".')
      grouped = true
      this.#advance()
    }
    let condition: Expression | undefined
    if (this.#at('name') && lexer.word() === 'if') {
      this.#advance()
      condition = this.#expression()
    }
    if (!this.#at(closing)) wrong(`A closing "${closing}" is expected here.`)
    this.#bound = outer
    return Object.freeze({
      kind: 'for',
      keyName,
      valueName,
      collection,
      key,
      value,
      condition,
      grouped,
      start,
      end: lexer.end,
    })
  }
}

/** Takes the indentation common to all lines off the literal text of a `<<-` heredoc. */
function dedent(parts: readonly Expression[]): readonly Expression[] {
  let atLineStart = true
  let least = Number.POSITIVE_INFINITY
  const eachLine = (text: string, visit: (line: string) => string) =>
    text
      .split(/(?<=\n)/)
      .map((line) => {
        const result = atLineStart ? visit(line) : line
        atLineStart = line.endsWith('\n')
        return result
      })
      .join('')
  const walk = (visit: (line: string) => string) => {
    atLineStart = true
    return parts.map((part) => {
      if (part.kind !== 'literal' || typeof part.value !== 'string') {
        if (atLineStart) visit('')
        atLineStart = false
        return part
      }
      return Object.freeze({ ...part, value: eachLine(part.value, visit) })
    })
  }
  walk((line) => {
    if (line !== '\n') least = Math.min(least, line.length - line.trimStart().length)
    return line
  })
  return walk((line) => line.slice(Math.min(least, line.length - line.trimStart().length)))
}
