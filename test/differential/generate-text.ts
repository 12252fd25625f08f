// Texts of random customers: mostly what other objects tell. Every function has its turn in the cases without a hub.
import fc from 'fast-check'
import { overSteps, type Tree } from './generate-expression.ts'

const words = fc.constantFrom('a', 'Acme & Co', 'é', 'Q"q', '${1}', '<b>', '日本', 'x y')

const literal: fc.Arbitrary<Tree> = overSteps(words).map((values) => ({
  node: 'literal',
  kind: 'text',
  values,
}))

const pick = (kind: 'text' | 'list' | 'bool', fallback: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.tuple(fc.nat(50), fallback).map(([which, tree]) => ({ node: 'pick', kind, which, fallback: tree }))

const build = (template: string, ...inner: readonly fc.Arbitrary<Tree>[]): fc.Arbitrary<Tree> =>
  fc.tuple(...inner).map((trees) => ({ node: 'build', parts: template.split('§'), inner: trees }))

/** What a variable or an argument may be set to. */
export const literals = literal

/** Expressions that yield a text. */
export const texts: fc.Arbitrary<Tree> = fc.letrec<{ text: Tree }>((tie) => {
  const text = tie('text')
  const list = pick('list', build('[§, §]', text, text))
  return {
    text: fc.oneof(
      { depthSize: 'small', maxDepth: 2 },
      literal,
      pick('text', literal),
      pick('text', literal),
      build('"${§}-${§}"', text, text),
      build('upper(§)', text),
      build('(§ ? § : §)', pick('bool', build('true')), text, text),
      build('join("+", §)', list),
      build('sensitive(§)', text),
      build('md5(§)', text),
      build('jsonencode({ a = §, b = § })', text, list),
    ),
  }
}).text
