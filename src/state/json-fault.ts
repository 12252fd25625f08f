// Where broken JSON is broken. Only asked once parsing has failed, and never shows the text, which may hold secrets.

export interface JsonFault {
  /** Both from 1. */
  readonly line: number
  readonly column: number
  /** True when the text stops before it is complete. */
  readonly truncated: boolean
}

const space = /[ \t\r\n]*/y
const scalar =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings are defined by what they must not hold.
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y

type Expect = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

/** Finds the first place where text stops being JSON. Undefined if it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = []
  let expect: Expect = 'value'
  let at = 0
  for (;;) {
    space.lastIndex = at
    space.test(text)
    at = space.lastIndex
    const done = expect === ', or end' && open.length === 0
    if (done || at >= text.length) return done && at >= text.length ? undefined : fault(text, at)
    const next = step(text, at, expect, open)
    if (next === undefined) return fault(text, at)
    at = next.at
    expect = next.expect
  }
}

function step(
  text: string,
  at: number,
  expect: Expect,
  open: ('{' | '[')[],
): { at: number; expect: Expect } | undefined {
  const c = text[at]
  const inObject = open.at(-1) === '{'
  if (expect === ':') return c === ':' ? { at: at + 1, expect: 'value' } : undefined
  if (expect === ', or end') {
    if (c === ',') return { at: at + 1, expect: inObject ? 'key' : 'value' }
    return c === (inObject ? '}' : ']') ? close(open, at) : undefined
  }
  if ((expect === 'key or }' && c === '}') || (expect === 'value or ]' && c === ']')) return close(open, at)
  const wantsKey = expect === 'key' || expect === 'key or }'
  if (!wantsKey && (c === '{' || c === '[')) {
    open.push(c)
    return { at: at + 1, expect: c === '{' ? 'key or }' : 'value or ]' }
  }
  scalar.lastIndex = at
  if ((wantsKey && c !== '"') || !scalar.test(text)) return undefined
  return { at: scalar.lastIndex, expect: wantsKey ? ':' : ', or end' }
}

function close(open: ('{' | '[')[], at: number): { at: number; expect: Expect } {
  open.pop()
  return { at: at + 1, expect: ', or end' }
}

function fault(text: string, at: number): JsonFault {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const rest = text.slice(at)
  // A token that the end of the text cuts off: an open string, or the beginning of a word or number.
  const truncated = /^(?:"(?:[^"\\\n]|\\.)*\\?|[\w.+-]*)$/s.test(rest)
  return { line, column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1, truncated }
}
