// Random expressions that make sense: each is of one kind, and refers only to what is there.
import fc from 'fast-check'

export type Kind = 'text' | 'number' | 'bool' | 'list' | 'map' | 'any'

/**
 * One expression, before it is known what it can refer to.
 *
 * A `literal` has a value for each step of a case. A `pick` chooses among what there is of its kind when it is written
 * out; where there is nothing, its fallback stands.
 */
export type Tree =
  | { readonly node: 'literal'; readonly kind: Kind; readonly values: readonly unknown[] }
  | { readonly node: 'pick'; readonly kind: Kind; readonly which: number; readonly fallback: Tree }
  | { readonly node: 'build'; readonly parts: readonly string[]; readonly inner: readonly Tree[] }

export const STEPS = 3

/** The same value in every step, mostly; sometimes another one from some step on. */
export function overSteps<T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc
    .tuple(value, value, fc.constantFrom(0, 0, 0, 1, 2, 3))
    .map(([a, b, change]) =>
      Array.from({ length: STEPS }, (_, i) => ((change >> (i - 1)) & 1 && i > 0 ? b : a)),
    )
}

const word = fc.constantFrom(
  'a',
  'b',
  'key',
  'x y',
  'é',
  'Q"q',
  '${1}',
  '',
  '10',
  'true',
  'ä\nb',
  '%{z}',
  '<&>',
  '日本',
)
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  // Halves and quarters: tenths are not exact there, and show it after a sum or two.
  fc.constantFrom(0.5, 2.5, 1e21, 9007199254740991, -0.25, 123456.75),
)
const key = fc.constantFrom('a', 'b', 'c d', 'k1', 'é')

const literals: { readonly [K in Exclude<Kind, 'any'>]: fc.Arbitrary<unknown> } = {
  text: word,
  number,
  bool: fc.boolean(),
  list: fc.array(word, { maxLength: 3 }),
  map: fc.dictionary(key, word, { maxKeys: 3 }),
}

const literal = (kind: Exclude<Kind, 'any'>): fc.Arbitrary<Tree> =>
  overSteps(literals[kind]).map((values) => ({ node: 'literal', kind, values }))

const build = (template: string, ...inner: readonly fc.Arbitrary<Tree>[]): fc.Arbitrary<Tree> =>
  fc.tuple(...inner).map((trees) => ({ node: 'build', parts: template.split('§'), inner: trees }))

/** Expressions of every kind, as deep as fast-check finds good. */
export const trees = fc.letrec<{ readonly [K in Kind]: Tree }>((tie) => {
  const pick = (kind: Exclude<Kind, 'any'>) =>
    fc
      .tuple(fc.nat(50), literal(kind))
      .map(([which, fallback]): Tree => ({ node: 'pick', kind, which, fallback }))
  const [text, num, bool, list, map, any] = [
    tie('text'),
    tie('number'),
    tie('bool'),
    tie('list'),
    tie('map'),
    tie('any'),
  ]
  const depth = { depthSize: 'small', maxDepth: 4 } as const
  const leaf = (kind: Exclude<Kind, 'any'>) => fc.oneof(literal(kind), pick(kind), pick(kind))
  return {
    text: fc.oneof(
      depth,
      leaf('text'),
      build('"${§}-${§}"', text, text),
      build('"n${§}"', num),
      build('upper(§)', text),
      build('replace(§, "a", "o")', text),
      build('(§ ? § : §)', bool, text, text),
      build('join("+", §)', list),
      build('tostring(§)', num),
      build('lookup(§, "a", §)', map, text),
      build('concat(§, ["end"])[0]', list),
      build('format("%s/%03d", §, floor(§))', text, num),
      build('jsonencode(§)', any),
      build('try(§.nope, §)', map, text),
      build('coalesce(§, "c")', text),
      build('sensitive(§)', text),
      build('"%{ if § }${§}%{ else }no%{ endif }"', bool, text),
      build('"%{ for x in § ~}<${x}> %{ endfor ~}"', list),
      build('md5(§)', text),
      build('substr(§, 0, 1)', text),
      build('element(concat(§, ["e"]), 0)', list),
      build('title(§)', text),
      build('trimspace("  ${§} ")', text),
      build('trimprefix(§, "a")', text),
      build('format("%q|%5s|%-4s", §, §, "x")', text, text),
      build('strrev(§)', text),
      build('indent(2, §)', text),
      build('chomp("${§}\\n")', text),
      build('regexreplace(§)', text).map(
        (tree): Tree => ({
          node: 'build',
          parts: ['replace(', ', "/[a-c]+/", "<$0>")'],
          inner: tree.node === 'build' ? tree.inner : [],
        }),
      ),
      build('sha256(base64encode(§))', text),
      build('base64decode(base64encode(§))', text),
      build('urlencode(§)', text),
      build('jsonencode(jsondecode(jsonencode(§)))', any),
      build('one(slice(concat(§, ["x"]), 0, 1))', list),
      build('nonsensitive(sensitive(§))', text),
      build('coalescelist(§, ["c"])[0]', list),
      build('uuidv5("dns", §)', text),
      build('cidrhost("10.0.0.0/16", abs(floor(§)) % 100)', num),
      build('formatdate("YYYY-MM", timeadd("2024-01-31T00:00:00Z", "${abs(floor(§)) % 1000}h"))', num),
    ),
    number: fc.oneof(
      depth,
      leaf('number'),
      build('length(§)', list),
      build('length(§)', map),
      build('length(§)', text),
      build('(§ + §)', num, num),
      build('(§ * 3)', num),
      build('(§ % 7)', num),
      build('(1 - §)', num),
      build('max(§, §)', num, num),
      build('floor(§)', num),
      build('ceil(§)', num),
      build('abs(§)', num),
      build('signum(floor(min(§, 9)) % 10)', num),
      build('min(§, §, 3)', num, num),
      build('sum(concat([§], [1]))', num),
      build('parseint("1f", 16)'),
      build('tonumber(tostring(§))', num),
      build('length(setintersection(§, §))', list, list),
      build('try(index(§, "a"), -1)', list),
      build('length({ for k, v in § : v => k... })', map),
      build('(§ ? § : §)', bool, num, num),
      build('sensitive(§)', num),
    ),
    bool: fc.oneof(
      depth,
      leaf('bool'),
      build('(§ == §)', text, text),
      build('(§ != §)', list, list),
      build('(§ < §)', num, num),
      build('(§ && §)', bool, bool),
      build('(§ || §)', bool, bool),
      build('!§', bool),
      build('contains(§, §)', list, text),
      build('can(§["a"])', map),
      build('alltrue([§, §])', bool, bool),
      build('startswith(§, "a")', text),
      build('endswith(§, "b")', text),
      build('strcontains(§, "a")', text),
      build('anytrue([§, §])', bool, bool),
      build('(§ == §)', map, map),
      build('can(regex("^[a-z]+$", §))', text),
      build('contains(keys(§), "a")', map),
      build('(length(setsubtract(§, §)) > 0)', list, list),
    ),
    list: fc.oneof(
      depth,
      leaf('list'),
      build('[§, §]', text, text),
      build('[for s in § : upper(s)]', list),
      build('[for i, s in § : "${i}${s}" if s != "a"]', list),
      build('[for k, v in § : "${k}=${v}"]', map),
      build('concat(§, §)', list, list),
      build('keys(§)', map),
      build('values(§)', map),
      build('split("a", §)', text),
      build('sort(§)', list),
      build('distinct(§)', list),
      build('reverse(§)', list),
      build('compact(§)', list),
      build('tolist(§)', list),
      build('tolist(toset(§))', list),
      build('flatten([§, [§]])', list, list),
      build('slice(concat(§, ["x"]), 0, 1)', list),
      build('(§ ? § : §)', bool, list, list),
      build('(§)[*]', list),
      build('try(§, ["t"])', list),
      build('tolist(setintersection(§, §))', list, list),
      build('tolist(setsubtract(§, §))', list, list),
      build('[for p in setproduct(§, ["1", "2"]) : join("-", p)]', list),
      build('chunklist(concat(§, ["x"]), 2)[0]', list),
      build('formatlist("%s=%s", §, "v")', list),
      build('matchkeys(§, §, ["a"])', list, list).map(
        // Both must be of one length.
        (tree): Tree =>
          tree.node === 'build'
            ? {
                node: 'build',
                parts: ['[for i, s in ', ' : s if i % 2 == 0]'],
                inner: tree.inner.slice(0, 1),
              }
            : tree,
      ),
      build('[for o in [for k, v in § : { k = k, v = v }] : o.k]', map),
      build('[for k, v in § : { n = k, d = { v = v } }][*].d.v', map),
      build('flatten([for s in § : [s, [upper(s)]]])', list),
      build('range(1, 3)').map(
        (tree): Tree => ({ node: 'build', parts: ['[for n in ', ' : "n${n}"]'], inner: [tree] }),
      ),
      build('regexall("[a-z]", §)', text),
      build('sort([for s in toset(§) : s])', list),
      build('coalescelist(§, ["c"])', list),
      build('setunion(§, §)', list, list).map(
        (tree): Tree => ({ node: 'build', parts: ['tolist(', ')'], inner: [tree] }),
      ),
    ),
    map: fc.oneof(
      depth,
      leaf('map'),
      build('{ a = §, b = § }', text, text),
      build('{ "${§}" = § }', text, text),
      build('merge(§, §)', map, map),
      build('{ for k, v in § : "${k}!" => upper(v) }', map),
      build('{ for s in § : s => s... }', list).map(
        (tree): Tree => ({
          node: 'build',
          parts: ['{ for k, v in ', ' : k => join(",", v) }'],
          inner: [tree],
        }),
      ),
      build('tomap(§)', map),
      build('{ for k, v in § : v => k... }', map).map(
        (tree): Tree => ({ node: 'build', parts: ['{ for k, v in ', ' : k => v[0] }'], inner: [tree] }),
      ),
      build('transpose({ a = § })', list).map(
        (tree): Tree => ({
          node: 'build',
          parts: ['{ for k, v in ', ' : k => v[0] if k != "" }'],
          inner: [tree],
        }),
      ),
      build('zipmap(["a", "b"], [§, §])', text, text),
      build('merge(§, { a = § })', map, text),
      build('merge([§, §]...)', map, map),
      build('jsondecode(jsonencode(§))', map),
      build('zipmap(distinct(§), distinct(§))', list, list).map(
        // Keys and values must be as many.
        (tree): Tree =>
          tree.node === 'build'
            ? {
                node: 'build',
                parts: ['{ for s in distinct(', ') : s => lower(s) }'],
                inner: tree.inner.slice(0, 1),
              }
            : tree,
      ),
      build('(§ ? § : §)', bool, map, map),
    ),
    any: fc.oneof(
      depth,
      text,
      num,
      bool,
      list,
      map,
      build('{ x = §, "y z" = § }', any, any),
      build('[§, §]', any, any),
      build('toset(§)', list),
      build('null'),
      build('{ n = null, s = § }', text),
      build('sensitive(§)', list),
      build('{ in = [{ deep = § }] }', any),
      build('{ for k, v in § : k => { l = split("", v) } }', map),
      build('[for s in toset(§) : { s = s }]', list),
      build('setproduct(toset(§), ["z"])', list),
      build('tuple(§)', any).map(
        (tree): Tree => ({
          node: 'build',
          parts: ['[', ', 1, null]'],
          inner: tree.node === 'build' ? tree.inner : [],
        }),
      ),
      build('jsondecode(jsonencode(§))', any),
    ),
  }
})
