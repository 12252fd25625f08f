// Grammar of references, and of what may follow any value: attributes, indexes, splats.
import type { Cursor } from './cursor.ts'
import type { Expression, Step } from './expression.ts'
import { resolveTarget } from './target.ts'

/** A root name and as many constant steps as follow. What comes after them is left to `readPostfix`. */
export function readReference(cursor: Cursor, root: string, start: number): Expression {
  const steps: Step[] = []
  for (;;) {
    const following = cursor.following()
    if (following === '.') {
      cursor.advance()
      const step = readDotted(cursor)
      if (step === undefined) return readAttributeSplat(cursor, resolved(cursor, root, start, steps), start)
      steps.push(step)
    } else if (following === '[') {
      const sourceEnd = cursor.lastEnd
      const key = readBracketed(cursor)
      if (key === undefined)
        return readFullSplat(cursor, resolved(cursor, root, start, steps, sourceEnd), start)
      const constant = key.kind === 'literal' ? key.value : undefined
      if (typeof constant === 'string' || Number.isSafeInteger(constant)) {
        // isSafeInteger does not narrow the type.
        steps.push({ kind: 'index', key: constant as string | number })
      } else {
        const source = resolved(cursor, root, start, steps, sourceEnd)
        return Object.freeze({ kind: 'index', source, key, start, end: cursor.lastEnd })
      }
    } else return resolved(cursor, root, start, steps)
  }
}

function resolved(
  cursor: Cursor,
  root: string,
  start: number,
  steps: readonly Step[],
  end = cursor.lastEnd,
): Expression {
  const resolution = resolveTarget(root, steps)
  if ('summary' in resolution) return cursor.lexer.fail(resolution.summary, resolution.detail, start)
  const { target, used } = resolution
  return Object.freeze({
    kind: 'reference',
    target: Object.freeze(target),
    steps: Object.freeze(steps.slice(used)),
    start,
    end,
  })
}

/** Reads what follows a value. With `attributesOnly`, brackets are left alone, as after `.*`. */
export function readPostfix(
  cursor: Cursor,
  source: Expression,
  start: number,
  attributesOnly: boolean,
): Expression {
  let node = source
  for (let length = 0; ; length++) {
    cursor.limitChain(length)
    const following = cursor.following()
    if (following === '.') {
      cursor.advance()
      const step = readDotted(cursor)
      if (step === undefined) {
        if (attributesOnly)
          cursor.lexer.fail('Nested splat expression', 'Inside ".*" no other ".*" may stand. Use [*].')
        node = readAttributeSplat(cursor, node, start)
      } else if (step.kind === 'attribute') {
        node = Object.freeze({
          kind: 'attribute',
          source: node,
          name: step.name,
          start,
          end: cursor.lastEnd,
        })
      } else {
        const key = Object.freeze({
          kind: 'literal',
          value: step.key,
          start: cursor.lastEnd,
          end: cursor.lastEnd,
        } as const)
        node = Object.freeze({ kind: 'index', source: node, key, start, end: cursor.lastEnd })
      }
    } else if (following === '[' && !attributesOnly) {
      const key = readBracketed(cursor)
      node =
        key === undefined
          ? readFullSplat(cursor, node, start)
          : Object.freeze({ kind: 'index', source: node, key, start, end: cursor.lastEnd })
    } else return node
  }
}

/** What follows a dot; undefined for a star. */
function readDotted(cursor: Cursor): Step | undefined {
  const lexer = cursor.lexer
  if (lexer.kind === 'name') {
    const name = lexer.word()
    cursor.advance()
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
    cursor.advance()
    return Object.freeze({ kind: 'index', key: Number(word) })
  }
  if (lexer.kind === '*') {
    cursor.advance()
    return undefined
  }
  return lexer.fail('Invalid attribute name', 'A dot must be followed by the name of an attribute.')
}

/** The key inside brackets; undefined for a star. */
function readBracketed(cursor: Cursor): Expression | undefined {
  const key = cursor.enclosed(() => {
    if (cursor.lexer.kind !== '*') return cursor.expression()
    cursor.advance()
    return undefined
  })
  cursor.expect(']', 'Missing close bracket on index', 'A closing bracket is expected here.')
  return key
}

function readAttributeSplat(cursor: Cursor, source: Expression, start: number): Expression {
  const item = Object.freeze({ kind: 'item', start: cursor.lastEnd, end: cursor.lastEnd } as const)
  const each = readPostfix(cursor, item, cursor.lastEnd, true)
  return Object.freeze({ kind: 'splat', source, each, start, end: cursor.lastEnd })
}

function readFullSplat(cursor: Cursor, source: Expression, start: number): Expression {
  cursor.deeper()
  const item = Object.freeze({ kind: 'item', start: cursor.lastEnd, end: cursor.lastEnd } as const)
  const each = readPostfix(cursor, item, cursor.lastEnd, false)
  cursor.depth--
  return Object.freeze({ kind: 'splat', source, each, start, end: cursor.lastEnd })
}
