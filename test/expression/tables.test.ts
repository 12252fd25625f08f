import { describe, expect, it } from 'vitest'
import { formatExpression } from '../../src/expression/format.ts'
import { encodeJson } from '../../src/expression/functions/json-text.ts'
import { parseExpression } from '../../src/expression/parse.ts'
import { tables } from './cases/all.ts'
import { errorOf, resultOf } from './table.ts'

for (const { title, because, rows } of tables) {
  describe(title, () => {
    it.each(rows)('%s', (expression, expected) => {
      if (typeof expected === 'string') expect(encodeJson(resultOf(expression)), because).toBe(expected)
      else expect(errorOf(() => resultOf(expression)).summary, because).toBe(expected.fails)
    })
  })
}

describe('formatting', () => {
  it('yields text of the same meaning for every expression of the tables', () => {
    for (const [expression, expected] of tables.flatMap(({ rows }) => rows)) {
      const again = formatExpression(parseExpression(expression))
      if (typeof expected === 'string') expect(encodeJson(resultOf(again)), again).toBe(expected)
      else expect(errorOf(() => resultOf(again)).summary, again).toBe(expected.fails)
    }
  })
})
