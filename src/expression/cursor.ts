// Where a parse stands, and what all parts of the grammar do with it.
import type { Expression } from './expression.ts'
import { Lexer, type TokenKind } from './lexer.ts'

const MAX_DEPTH = 300
const MAX_CHAIN = 1000

/** The state of one parse. The parts of the grammar read expressions inside their own through `expression`. */
export class Cursor {
  readonly lexer: Lexer
  /** Names bound by the `for` expressions around. */
  bound: readonly string[]
  /** End of the token before the one at hand. */
  lastEnd = 0
  depth = 0
  /** Inside an object constructor a line's end also ends an item. */
  newlineEnds = false
  /** The last marker was `~}`. */
  trimNext = false
  readonly #expression: (cursor: Cursor) => Expression

  constructor(text: string, bound: readonly string[], expression: (cursor: Cursor) => Expression) {
    this.lexer = new Lexer(text, 0)
    this.bound = bound
    this.#expression = expression
  }

  /** Reads a whole expression from the token at hand on. */
  expression(): Expression {
    return this.#expression(this)
  }

  /** Moves to the next token. */
  advance(): void {
    this.lastEnd = this.lexer.end
    this.lexer.next()
  }

  /** Counts a level of nesting; the caller takes it off `depth` again. */
  deeper(): void {
    if (++this.depth > MAX_DEPTH) {
      this.lexer.fail(
        'Expression nested too deeply',
        `More than ${MAX_DEPTH} levels cannot be read. Use locals for parts of it.`,
      )
    }
  }

  /** Refuses operators or accesses without end, each of which is a level of the tree as well. */
  limitChain(length: number): void {
    if (length > MAX_CHAIN) {
      this.lexer.fail(
        'Expression too long',
        `More than ${MAX_CHAIN} operations in a row cannot be read. Use locals for parts of it.`,
      )
    }
  }

  /** The token at hand, if it belongs to the expression under way. */
  following(): TokenKind {
    return this.newlineEnds && this.lexer.newline ? 'end' : this.lexer.kind
  }

  /** Asked through a method because the kind changes behind the compiler's back. */
  at(kind: TokenKind): boolean {
    return this.lexer.kind === kind
  }

  /** Steps over an opening bracket and reads what is inside, where lines may end anywhere. */
  enclosed<T>(read: () => T): T {
    const outer = this.newlineEnds
    this.newlineEnds = false
    this.advance()
    const result = read()
    this.newlineEnds = outer
    return result
  }

  /** Steps over a token that must be there. */
  expect(kind: TokenKind, summary: string, detail: string): void {
    if (this.lexer.kind !== kind) this.lexer.fail(summary, detail)
    this.advance()
  }
}
