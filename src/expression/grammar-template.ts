// Grammar of templates: text with insertions and directives, in quotes, in a heredoc or bare.
import { didYouMean } from '../schema/suggest.ts'
import type { Cursor } from './cursor.ts'
import type { Expression, For } from './expression.ts'
import { readForHeader } from './grammar-for.ts'
import { readEscape, trimAfterMarker, trimBeforeMarker } from './literals.ts'

const keywords = ['if', 'else', 'endif', 'for', 'endfor']

interface TemplateText {
  readonly parts: readonly Expression[]
  /** One `${}` and nothing around it. */
  readonly wraps: boolean
  /** The directive that ended the text, already consumed. */
  readonly stop: string | undefined
}

/** The whole text as the content of a string. */
export function readTemplate(cursor: Cursor): Expression {
  const end = cursor.lexer.text.length
  return assemble(0, end, readText(cursor, 'bare', end, []))
}

/** Reads a string whose opening quote is the token at hand. */
export function readQuoted(cursor: Cursor, start: number): Expression {
  const lexer = cursor.lexer
  const outer = cursor.trimNext
  cursor.trimNext = false
  const content = readText(cursor, 'quoted', lexer.text.length, [])
  cursor.trimNext = outer
  const end = lexer.at
  lexer.end = end
  cursor.advance()
  return assemble(start, end, content)
}

/** Reads a heredoc whose `<<` is the token at hand. */
export function readHeredoc(cursor: Cursor, start: number): Expression {
  const lexer = cursor.lexer
  const opening = /(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy
  opening.lastIndex = lexer.at
  const match = opening.exec(lexer.text)
  if (!match)
    return lexer.fail('Invalid heredoc', 'A heredoc begins with << or <<-, a name, and the end of the line.')
  const from = opening.lastIndex
  const closing = new RegExp(`^[ \\t]*${match[2]}(?=[\\r\\n \\t)\\]},]|$)`, 'gm')
  closing.lastIndex = from
  const close = closing.exec(lexer.text)
  if (!close)
    return lexer.fail('Unterminated template string', `The heredoc has no closing ${match[2]}.`, start)
  const outer = cursor.trimNext
  cursor.trimNext = false
  lexer.at = from
  const content = readText(cursor, 'bare', close.index, [])
  cursor.trimNext = outer
  lexer.at = lexer.end = closing.lastIndex
  const indented = match[1] === '-' ? { ...content, parts: dedent(content.parts) } : content
  cursor.advance()
  return assemble(start, closing.lastIndex, indented)
}

// Templates
function assemble(start: number, end: number, { parts, wraps }: TemplateText): Expression {
  const only = parts[0]
  if (only === undefined) return Object.freeze({ kind: 'literal', value: '', start, end })
  if (parts.length === 1 && (wraps || only.kind === 'literal')) return only
  return Object.freeze({ kind: 'template', parts: Object.freeze(parts), start, end })
}

/** Reads from the lexer's position up to a directive in `stops`, the closing quote, or `limit`. */
function readText(
  cursor: Cursor,
  mode: 'bare' | 'quoted',
  limit: number,
  stops: readonly string[],
): TemplateText {
  const lexer = cursor.lexer
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
    if (cursor.trimNext) value = trimAfterMarker(value, quoted)
    cursor.trimNext = false
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
    cursor.trimNext = false
    lexer.at = at + (trim ? 3 : 2)
    if (c === 36) {
      insertions++
      parts.push(readInsertion(cursor, at))
    } else {
      const stop = readDirective(cursor, mode, limit, stops, at, parts)
      if (stop !== undefined) return { parts, wraps: false, stop }
    }
    restart(lexer.at)
  }
}

function readInsertion(cursor: Cursor, start: number): Expression {
  const lexer = cursor.lexer
  const outer = cursor.newlineEnds
  cursor.newlineEnds = false
  lexer.next()
  const expression = cursor.expression()
  closeMarker(
    cursor,
    start,
    'Extra characters after interpolation expression',
    'A closing brace is expected here. If "${" is meant as text, write it as "$${".',
  )
  cursor.newlineEnds = outer
  return expression
}

/** Expects `}` or `~}`, and leaves the lexer right behind it. */
function closeMarker(cursor: Cursor, start: number, summary: string, detail: string): void {
  const lexer = cursor.lexer
  if (lexer.kind === '~') {
    cursor.trimNext = true
    lexer.next()
  }
  if (lexer.kind === 'end') {
    lexer.fail('Unclosed template sequence', 'The sequence that begins here has no closing brace.', start)
  }
  if (lexer.kind !== '}') lexer.fail(summary, detail)
  cursor.lastEnd = lexer.end
}

/** Returns the keyword when it is one of `stops`; otherwise adds what the directive stands for to `parts`. */
function readDirective(
  cursor: Cursor,
  mode: 'bare' | 'quoted',
  limit: number,
  stops: readonly string[],
  start: number,
  parts: Expression[],
): string | undefined {
  const lexer = cursor.lexer
  const outer = cursor.newlineEnds
  cursor.newlineEnds = false
  cursor.advance()
  const keyword = lexer.kind === 'name' ? lexer.word() : ''
  if (!keywords.includes(keyword)) {
    lexer.fail(
      'Invalid template keyword',
      `A template directive is one of ${keywords.join(', ')}.${didYouMean(keyword, keywords)} If "%{" is meant as text, write it as "%%{".`,
    )
  }
  cursor.advance()
  if (keyword === 'if') parts.push(readIf(cursor, mode, limit, start))
  else if (keyword === 'for') parts.push(readForDirective(cursor, mode, limit, start))
  else {
    if (!stops.includes(keyword)) {
      lexer.fail(
        `Unexpected ${keyword} directive`,
        'The directives of this template are not balanced.',
        start,
      )
    }
    closeMarker(cursor, start, `Extra characters in ${keyword} marker`, 'A closing brace is expected here.')
  }
  cursor.newlineEnds = outer
  return keyword === 'if' || keyword === 'for' ? undefined : keyword
}

function readIf(cursor: Cursor, mode: 'bare' | 'quoted', limit: number, start: number): Expression {
  cursor.deeper()
  const condition = cursor.expression()
  closeMarker(cursor, start, 'Extra characters in if marker', 'A closing brace is expected here.')
  const whenTrue = readSection(cursor, mode, limit, ['else', 'endif'], start)
  const whenFalse = whenTrue.stop === 'else' ? readSection(cursor, mode, limit, ['endif'], start) : undefined
  cursor.depth--
  const end = cursor.lexer.at
  return Object.freeze({
    kind: 'conditional',
    condition,
    whenTrue: asString(whenTrue.parts, start, end),
    whenFalse: asString(whenFalse?.parts ?? [], start, end),
    start,
    end,
  })
}

function readForDirective(cursor: Cursor, mode: 'bare' | 'quoted', limit: number, start: number): Expression {
  cursor.deeper()
  const { keyName, valueName, collection } = readForHeader(cursor)
  closeMarker(cursor, start, 'Extra characters in for marker', 'A closing brace is expected here.')
  const outer = cursor.bound
  cursor.bound = [...outer, valueName, ...(keyName === undefined ? [] : [keyName])]
  const body = readSection(cursor, mode, limit, ['endfor'], start)
  cursor.bound = outer
  cursor.depth--
  const end = cursor.lexer.at
  const value = asString(body.parts, start, end)
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

function readSection(
  cursor: Cursor,
  mode: 'bare' | 'quoted',
  limit: number,
  stops: readonly string[],
  start: number,
): TemplateText {
  const section = readText(cursor, mode, limit, stops)
  if (section.stop === undefined) {
    cursor.lexer.fail(
      'Unexpected end of template',
      `The directive that begins here has no ${stops.at(-1)}.`,
      start,
    )
  }
  return section
}

/** Always yields a string, also for a single insertion. */
function asString(parts: readonly Expression[], start: number, end: number): Expression {
  return assemble(start, end, { parts, wraps: false, stop: undefined })
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
