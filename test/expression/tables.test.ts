import { describe, expect, it } from 'vitest'
import { formatExpression } from '../../src/expression/format.ts'
import { encodeJson } from '../../src/expression/functions/json-text.ts'
import { parseExpression } from '../../src/expression/parse.ts'
import { tables } from './cases/all.ts'
import { files } from './cases/file.ts'
import { errorOf, resultOf, scopeOf } from './table.ts'

const readFile = (path: string) => {
  const content = files[path.replace(/^\.\//, '')]
  if (content === undefined) throw new Error(`no ${path}`)
  return content
}
const scope = scopeOf({ readFile })

for (const { title, because, rows } of tables) {
  describe(title, () => {
    it.each(rows)('%s', (expression, expected) => {
      if (typeof expected === 'string')
        expect(encodeJson(resultOf(expression, scope)), because).toBe(expected)
      else expect(errorOf(() => resultOf(expression, scope)).summary, because).toBe(expected.fails)
    })
  })
}

describe('formatting', () => {
  it('yields text of the same meaning for every expression of the tables', () => {
    for (const [expression, expected] of tables.flatMap(({ rows }) => rows)) {
      const again = formatExpression(parseExpression(expression))
      if (typeof expected === 'string') expect(encodeJson(resultOf(again, scope)), again).toBe(expected)
      else expect(errorOf(() => resultOf(again, scope)).summary, again).toBe(expected.fails)
    }
  })
})
