// What values become on their way through expressions, plans and state.
import { config, fails, outputs, steps } from './make.ts'

const shown = (input: unknown, changed: unknown = input) =>
  [
    config({ a: { input } }, { output: outputs({ o: '${terraform_data.a.output}' }) }),
    config({ a: { input: changed } }, { output: outputs({ o: '${terraform_data.a.output}' }) }),
  ] as const

const variable = (type: string, value: unknown, more: object = {}) =>
  config(
    { a: { input: '${var.v}' } },
    { variable: { v: { type, default: value, ...more } }, output: outputs({ o: '${var.v}' }) },
  )

const given = (declared: object, ...values: readonly unknown[]) =>
  values.map((v) => ({
    config: config({ a: { input: '${var.v}' } }, { variable: { v: declared } }),
    vars: { v },
  }))

const hidden = {
  variable: {
    s: { default: 'geheim', sensitive: true },
    m: { default: { a: 'x', b: ['y', 'z'] }, sensitive: true },
  },
}

/** Each an input; it goes through output and comes back. */
const inputs: readonly (readonly [name: string, input: unknown, changed?: unknown])[] = [
  ['null', null, 'x'],
  ['text', 'héllo\n"q" \\ $${x} %%{y} \u2028 <&> 🙂'],
  ['empty things', { a: '', b: [], c: {} }],
  ['numbers', [0, -0.5, 0.1, 1e30, 12345678901234567890n.toString(), 3.0]],
  [
    'an exact number',
    '${[9007199254740993, 0.1 + 0.2, 1/3, 10/4, 100000000000000000000 * 3, 5 % 3, -7 % 3]}',
  ],
  ['bools', [true, false, null]],
  [
    'nested',
    { list: [1, 'two', [true, null, {}]], map: { a: { b: { c: [] } } } },
    { list: [1, 'two', [false, null, {}]] },
  ],
  ['a set', '${toset(["b", "a", "b"])}', '${toset(["b", "c"])}'],
  ['a set of numbers', '${toset([3, 1, 20])}'],
  ['a set of objects', '${toset([{ a = 2 }, { a = 1 }])}'],
  ['a set of bools', '${toset([true, false])}'],
  ['an empty set', '${toset([])}'],
  ['a list', '${tolist(["a", "b"])}', '${tolist(["a", "c"])}'],
  ['a list of mixed kinds', '${tolist(["a", 1, true])}'],
  ['an empty list', '${tolist([])}'],
  ['an empty intersection', '${tolist(setintersection(["a"], ["b"]))}'],
  ['an empty difference', '${setsubtract(["a"], ["a"])}'],
  ['a list from split', '${split(",", "a,b,c")}'],
  ['keys and values', '${[keys({ a = 1, b = 2 }), values({ a = 1, b = 2 })]}'],
  ['values of many kinds', '${values({ a = 1, b = "x", c = true })}'],
  ['a map', '${tomap({ a = 1, b = 2 })}', '${tomap({ a = 1, c = 2 })}'],
  ['an empty map', '${tomap({})}'],
  ['a merge of objects', '${merge({ a = 1 }, { b = "x" })}'],
  ['a merge of maps', '${merge(tomap({ a = "1" }), tomap({ b = "x" }))}'],
  ['a merge of nothing', '${merge()}'],
  ['zipmap', '${zipmap(["a", "b"], [1, 2])}'],
  ['zipmap of many kinds', '${zipmap(["a", "b"], [1, "x"])}'],
  ['concat', '${concat(["a"], tolist(["b"]), [])}'],
  ['concat of lists', '${concat(tolist(["a"]), tolist(["b"]))}'],
  ['flatten', '${flatten([["a"], [["b"], "c"]])}'],
  ['for as a list', '${[for x in tolist(["a"]) : upper(x)]}'],
  ['for as a map', '${{ for k, v in { a = 1 } : upper(k) => v }}'],
  ['for that groups', '${{ for x in ["a", "b", "a"] : x => x... }}'],
  ['a conditional of lists', '${true ? tolist(["a"]) : ["b"]}'],
  ['a conditional of tuples', '${false ? ["a"] : ["b", 1]}'],
  ['a conditional of maps', '${true ? { a = 1 } : { a = 2, b = 3 }}'],
  ['a conditional with null', '${true ? null : "x"}'],
  ['a conditional of number and text', '${true ? 1 : "x"}'],
  ['coalesce', '${[coalesce(null, 1, 2), coalesce("", "x")]}'],
  ['coalescelist', '${coalescelist([], ["a"])}'],
  ['lookup', '${[lookup({ a = 1 }, "a", 2), lookup(tomap({ a = 1 }), "b", 2)]}'],
  ['distinct and reverse', '${[distinct(["a", "b", "a"]), reverse(["a", "b"]), compact(["", "a", null])]}'],
  ['sort', '${sort(["b", "a", "C", "é"])}'],
  ['slice and chunklist', '${[slice(["a", "b", "c"], 0, 2), chunklist(["a", "b", "c"], 2)]}'],
  ['setproduct', '${setproduct(["a", "b"], ["c"])}'],
  ['setunion', '${setunion(["b"], ["a"])}'],
  ['matchkeys', '${matchkeys(["a", "b"], ["x", "y"], ["y"])}'],
  ['regex', '${[regex("([a-z])([0-9])", "a1"), regexall("[a-z]", "ab1c"), regex("(?P<l>[a-z])", "x")]}'],
  ['jsondecode', '${jsondecode("{\\"a\\": [1, \\"x\\", null], \\"b\\": {}}")}'],
  ['yaml', '${yamldecode("a: [1, x]\\nb: {c: true}")}'],
  ['csv', '${csvdecode("a,b\\n1,2\\n3,4")}'],
  ['range', '${range(3)}'],
  ['transpose', '${transpose({ a = ["x", "y"], b = ["x"] })}'],
  ['templates', '%{ for x in ["a", "b"] ~} ${x}, %{ endfor ~} %{ if true }yes%{ else }no%{ endif }'],
  ['a heredoc in words', '${join("\\n", ["a", "b"])}'],
  ['a number in a template', '${1}${0.1}${1e3}${true}'],
  ['a template of one number', '${5}'],
  ['text that is a number', '5'],
  ['keys that look like attributes', { 'a.b': 1, 'c d': { 'e"f': 2 }, '0': 'zero' }],
  ['a null in a map', '${tomap({ a = null, b = "x" })}'],
  ['a null in a list', '${tolist([null, "x"])}'],
  ['nulls', { a: null, b: [null], c: '${null}' }],
]

export const values = [
  ...inputs.map(([name, input, changed]) =>
    steps(`as input: ${name}`, 'a value keeps itself', ...shown(input, changed)),
  ),
  steps(
    'a trigger of every kind',
    'it is compared as a value',
    config({
      a: { triggers_replace: { a: [1, '${tolist(["x"])}'] } },
      b: { triggers_replace: '${toset(["a"])}' },
    }),
  ),
  steps(
    'the order of a set changes',
    'a set has none',
    config({ a: { input: '${toset(["a", "b"])}', triggers_replace: '${toset(["x", "y"])}' } }),
    config({ a: { input: '${toset(["b", "a"])}', triggers_replace: '${toset(["y", "x", "y"])}' } }),
  ),
  steps(
    'a list becomes a tuple',
    'its kind is part of a value',
    config({ a: { input: '${tolist(["a"])}' } }),
    config({ a: { input: ['a'] } }),
  ),
  steps(
    'a map becomes an object',
    'its kind is part of a value',
    config({ a: { input: '${tomap({ a = "x" })}' } }),
    config({ a: { input: { a: 'x' } } }),
  ),
  steps(
    'a number becomes text',
    'its kind is part of a value',
    config({ a: { input: 1 } }),
    config({ a: { input: '1' } }),
  ),
  steps(
    'a trigger follows a list',
    'what was a list stays one',
    config({ a: { input: '${split(",", "a,b")}' }, b: { triggers_replace: '${terraform_data.a.output}' } }),
  ),
  steps('a variable of text', 'text is text', variable('string', 'x')),
  steps(
    'a variable of text given a number',
    'it is converted',
    variable('string', 12),
    variable('string', true),
  ),
  steps('a variable of number', 'numbers are exact', variable('number', 0.1), variable('number', '5')),
  steps('a variable of bool', 'text is converted', variable('bool', 'true')),
  steps('a variable of list', 'its elements are converted', variable('list(string)', ['a', 1, true])),
  steps('a variable of set', 'it has no order', variable('set(string)', ['b', 'a', 'b'])),
  steps('a variable of map', 'its elements are converted', variable('map(number)', { a: '1', b: 2 })),
  steps(
    'a variable of object',
    'what it does not have is dropped',
    variable('object({ a = string, b = optional(number, 3), c = optional(list(string)) })', { a: 1, d: 2 }),
  ),
  steps('a variable of tuple', 'each element has its kind', variable('tuple([string, number])', [1, '2'])),
  steps(
    'a variable of nested kinds',
    'all the way down',
    variable('list(object({ n = string, t = optional(map(string), { x = "y" }) }))', [
      { n: 'a' },
      { n: 'b', t: {} },
    ]),
  ),
  steps('a variable of any', 'it stays what it is', variable('any', ['a', 1]), variable('any', { a: [] })),
  steps('a variable of list of any', 'elements become alike', variable('list(any)', ['a', 1])),
  steps('a variable of map of any', 'elements become alike', variable('map(any)', { a: 1, b: 'x' })),
  steps('a null variable', 'null is a value', variable('string', null)),
  steps('a null list', 'null is a value', variable('list(string)', null)),
  steps(
    'a variable without type',
    'it stays what it is',
    config({ a: { input: '${var.v}' } }, { variable: { v: { default: [1, 'x'] } } }),
  ),
  steps(
    'given values',
    'they come before the default',
    ...given({ type: 'list(string)', default: ['d'] }, ['a'], [1, 2], []),
  ),
  steps(
    'a given null',
    'it stands for the default only where null is not allowed',
    ...given({ type: 'string', default: 'd', nullable: false }, null, 'x'),
  ),
  steps(
    'a given null that is allowed',
    'it comes before the default',
    ...given({ type: 'string', default: 'd' }, null),
  ),
  fails(
    'a given null without a default',
    'there is nothing it could stand for',
    ...given({ type: 'string', nullable: false }, null),
  ),
  fails(
    'no value',
    'one must be given',
    config({ a: { input: '${var.v}' } }, { variable: { v: { type: 'string' } } }),
  ),
  fails('a value of the wrong kind', 'it cannot be converted', ...given({ type: 'number' }, 'x')),
  fails('a list for text', 'it cannot be converted', ...given({ type: 'string' }, ['x'])),
  fails(
    'an object that lacks an attribute',
    'it is required',
    ...given({ type: 'object({ a = string })' }, {}),
  ),
  fails(
    'a validation that fails',
    'that is what it is for',
    ...given(
      { type: 'string', validation: { condition: '${length(var.v) > 3}', error_message: 'too short' } },
      'long',
      'x',
    ),
  ),
  steps(
    'a validation that holds',
    'nothing is said',
    ...given(
      {
        type: 'string',
        validation: [{ condition: '${can(regex("^a", var.v))}', error_message: 'must begin with a' }],
      },
      'abc',
    ),
  ),
  steps(
    'a sensitive variable',
    'its paths are recorded',
    config(
      {
        a: { input: '${var.s}' },
        b: { input: { x: ['${var.s}', 'open'], y: 'open' } },
        c: { input: 'x-${var.s}' },
      },
      hidden,
    ),
  ),
  steps(
    'a sensitive map',
    'what is taken from it is sensitive',
    config(
      {
        a: { input: '${var.m.a}' },
        b: { input: '${var.m}' },
        c: { input: '${keys(var.m)}' },
        d: { input: { n: '${length(var.m.b)}' } },
      },
      hidden,
    ),
  ),
  steps(
    'sensitivity through expressions',
    'what is computed from a secret is one',
    config(
      {
        a: {
          input: [
            '${upper(var.s)}',
            '${var.s == "x" ? 1 : 2}',
            '${[for x in var.m.b : x]}',
            '${{ k = var.s }}',
            '${jsonencode({ a = var.s })}',
            '${merge({ a = 1 }, { b = var.s })}',
            '${concat(["x"], [var.s])}',
            '${nonsensitive(var.s)}',
            '${length([var.s])}',
            '${tomap({ a = var.s, b = "x" })}',
            '${[var.s, "y"][1]}',
          ],
        },
      },
      hidden,
    ),
  ),
  steps('a sensitive set', 'all of it is', config({ a: { input: '${toset([var.s, "x"])}' } }, hidden)),
  steps(
    'sensitivity through objects',
    'the output of a secret input is not marked by itself',
    config(
      {
        a: { input: '${var.s}' },
        b: { input: '${terraform_data.a.input}' },
        c: { input: '${terraform_data.a.output}' },
      },
      hidden,
    ),
    config(
      {
        a: { input: '${var.s}x' },
        b: { input: '${terraform_data.a.input}' },
        c: { input: '${terraform_data.a.output}' },
      },
      hidden,
    ),
  ),
  steps(
    'what was sensitive is open',
    'marks follow the configuration',
    config({ a: { input: '${var.s}' } }, hidden),
    config({ a: { input: 'geheim' } }, hidden),
    config({ a: { input: '${sensitive("geheim")}' } }, hidden),
  ),
  steps(
    'a sensitive output',
    'it is kept and marked',
    config({ a: {} }, { ...hidden, output: outputs({ o: '${var.s}', p: { a: '${var.s}' } }, true) }),
  ),
  steps(
    'an output becomes sensitive',
    'the mark changes',
    config({ a: {} }, { output: outputs({ o: 'x' }) }),
    config({ a: {} }, { output: outputs({ o: 'x' }, true) }),
    config({ a: {} }, { output: outputs({ o: 'x' }) }),
  ),
  fails(
    'an output that shows a secret',
    'it must be declared',
    config({ a: {} }, { ...hidden, output: outputs({ o: '${var.s}' }) }),
  ),
  steps(
    'a sensitive count',
    'how many there are shows all the same',
    config({ a: { count: '${sensitive(1)}' } }),
  ),
  fails('a sensitive for_each', 'it would show', config({ a: { for_each: '${toset([sensitive("a")])}' } })),
  steps(
    'outputs of every kind',
    'they have types in state',
    config(
      { a: { count: 2, input: 1 }, e: { for_each: { k: 1 }, input: 2 } },
      {
        output: outputs({
          n: 1,
          s: 'x',
          b: true,
          z: null,
          l: [1, 'x'],
          m: { a: 1 },
          t: '${toset(["a"])}',
          tl: '${tolist([1])}',
          splat: '${terraform_data.a[*].id}',
          whole: '${terraform_data.a}',
          each: '${terraform_data.e}',
          keys: '${keys(terraform_data.e)}',
          nested: '${{ a = [for x in terraform_data.a : x.output] }}',
          empty: [],
          d: 0.1,
        }),
      },
    ),
  ),
  steps(
    'outputs come and go',
    'each on its own',
    config({ a: {} }, { output: outputs({ x: 1, y: 2 }) }),
    config({ a: {} }, { output: outputs({ y: 3, z: null }) }),
    config({ a: {} }),
  ),
  steps(
    'an output becomes null',
    'it is not recorded',
    config({ a: {} }, { output: outputs({ x: 1 }) }),
    config({ a: {} }, { output: outputs({ x: null }) }),
    config({ a: {} }, { output: outputs({ x: 2 }) }),
  ),
  steps(
    'unknown at depth',
    'what is known is told',
    config(
      {
        a: { input: 1 },
        b: {
          input: { k: ['${terraform_data.a.id}', 'x'], l: { m: '${terraform_data.a.output}' } },
          triggers_replace: ['${terraform_data.a.output}'],
        },
      },
      {
        output: outputs({
          o: { a: '${terraform_data.a.output}', b: 'x', c: ['${terraform_data.b.output}'] },
        }),
      },
    ),
    config(
      {
        a: { input: 2 },
        b: {
          input: { k: ['${terraform_data.a.id}', 'x'], l: { m: '${terraform_data.a.output}' } },
          triggers_replace: ['${terraform_data.a.output}'],
        },
      },
      {
        output: outputs({
          o: { a: '${terraform_data.a.output}', b: 'x', c: ['${terraform_data.b.output}'] },
        }),
      },
    ),
  ),
  steps(
    'unknown in expressions',
    'what can be told is',
    config({
      a: { input: ['x', 'y'] },
      b: {
        input: [
          '${length(terraform_data.a.output)}',
          '${terraform_data.a.id == null}',
          '${"p-${terraform_data.a.id}"}',
          '${true ? "k" : terraform_data.a.id}',
          '${[for x in ["p", "q"] : "${x}${terraform_data.a.id}"]}',
          '${merge({ a = 1 }, { b = terraform_data.a.id })}',
          '${concat(["x"], [terraform_data.a.id])}',
          '${[terraform_data.a.id, "z"][1]}',
          '${{ a = terraform_data.a.id, b = "c" }.b}',
          '${length([terraform_data.a.id, "z"])}',
          '${keys({ a = terraform_data.a.id })}',
          '${try(terraform_data.a.id, "x")}',
          '${can(terraform_data.a.id)}',
          '${coalesce(terraform_data.a.id, "x")}',
          '${jsonencode([terraform_data.a.id])}',
          '${tolist([terraform_data.a.id, "z"])}',
          '${toset([terraform_data.a.id, "z"])}',
          '${lookup({ a = terraform_data.a.id }, "b", "d")}',
          '${zipmap(["a"], [terraform_data.a.id])}',
          '${false && terraform_data.a.output == 1}',
          '${format("%s-%s", "x", terraform_data.a.id)}',
          '${join(",", ["x", terraform_data.a.id])}',
        ],
      },
    }),
  ),
  steps(
    'a sensitive value not known yet',
    'it is both',
    config({
      a: { input: 1 },
      b: { input: '${sensitive(terraform_data.a.id)}' },
      c: { input: { x: '${sensitive(terraform_data.a.output)}', y: 'z' } },
    }),
    config({
      a: { input: 2 },
      b: { input: '${sensitive(terraform_data.a.id)}' },
      c: { input: { x: '${sensitive(terraform_data.a.output)}', y: 'z' } },
    }),
  ),
  steps(
    'locals in a chain',
    'each is evaluated once all it needs is',
    config(
      { a: { input: '${local.c}' }, x: { input: '${local.b}' } },
      {
        locals: {
          a: 1,
          b: '${local.a + 1}',
          c: ['${local.b}', '${terraform_data.x.id}'],
          d: '${local.c[0]}',
        },
      },
    ),
  ),
  steps(
    'a whole object as input',
    'objects are values',
    config({ a: { input: 1 }, b: { input: '${terraform_data.a}' } }),
    config({ a: { input: 2 }, b: { input: '${terraform_data.a}' } }),
  ),
  steps(
    'all instances as input',
    'blocks are values',
    config({
      a: { count: 2, input: 'x' },
      e: { for_each: { p: 1, q: 2 }, input: '${each.value}' },
      b: {
        input: {
          a: '${terraform_data.a}',
          e: '${terraform_data.e}',
          s: '${terraform_data.a[*].output}',
          v: '${values(terraform_data.e)[*].id}',
          l: '${length(terraform_data.a)}',
        },
      },
    }),
  ),
  steps(
    'splat over one and none',
    'one is a list of one, null is none',
    config({
      a: { input: 1 },
      b: { input: ['${terraform_data.a[*].id}', '${null[*]}', '${"x"[*]}', '${terraform_data.a.*.output}'] },
    }),
  ),
  steps(
    'count of zero',
    'there is an empty list',
    config(
      {
        a: { count: 0 },
        b: {
          input: [
            '${terraform_data.a}',
            '${terraform_data.a[*].id}',
            '${length(terraform_data.a)}',
            '${one(terraform_data.a[*].id)}',
          ],
        },
      },
      { output: outputs({ o: '${terraform_data.a}' }) },
    ),
  ),
  steps(
    'for_each of nothing',
    'there is an empty map',
    config({
      a: { for_each: {} },
      b: { input: ['${terraform_data.a}', '${keys(terraform_data.a)}', '${values(terraform_data.a)[*].id}'] },
    }),
  ),
  fails('a division by zero', 'it has no result', config({ a: { input: '${1 / 0}' } })),
  fails(
    'a mistake in a local value that nothing uses',
    'it is evaluated all the same',
    config({ a: {} }, { locals: { unused: '${signum(1.5)}' } }),
  ),
  fails('a function that does not exist', 'it cannot be called', config({ a: { input: '${nothing(1)}' } })),
  fails('an argument of the wrong kind', 'it cannot be converted', config({ a: { input: '${upper([])}' } })),
  fails('a reference to nothing', 'it is not declared', config({ a: { input: '${var.nothing}' } })),
  fails('an unclosed template', 'it cannot be read', config({ a: { input: '${1' } })),
]
