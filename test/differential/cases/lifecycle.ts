// What happens to objects from plan to plan.
import { config, fails, outputs, steps } from './make.ts'

const chain = (input: unknown, trigger: unknown, first: object = {}, second: object = {}) =>
  config({
    a: { input, triggers_replace: trigger, ...first },
    b: { input: '${terraform_data.a.id}', triggers_replace: '${terraform_data.a.id}', ...second },
    c: { input: '${terraform_data.b.output}' },
  })

const cbd = { lifecycle: { create_before_destroy: true } }
const named = (names: readonly string[], input: unknown = '${each.key}') =>
  config({ a: { for_each: `\${toset(${JSON.stringify(names)})}`, input } })
const counted = (count: unknown, input: unknown = '${count.index}') => config({ a: { count, input } })

export const lifecycle = [
  steps('an input changes', 'an update makes output unknown', chain('x', 1), chain('y', 1)),
  steps('a trigger changes', 'a replacement goes on to what refers to the id', chain('x', 1), chain('x', 2)),
  steps('input and trigger change', 'both count', chain('x', 1), chain({ y: [1] }, 2)),
  steps(
    'create_before_destroy is followed by what it refers to',
    'it is forced',
    chain('x', 1, {}, cbd),
    chain('x', 2, {}, cbd),
  ),
  steps(
    'create_before_destroy on the first',
    'it does not go to dependents',
    chain('x', 1, cbd),
    chain('x', 2, cbd),
  ),
  steps(
    'create_before_destroy is set later',
    'it is recorded though nothing else changes',
    chain('x', 1),
    chain('x', 1, cbd),
    chain('x', 2, cbd),
  ),
  steps(
    'create_before_destroy is taken back',
    'what is recorded counts until then',
    chain('x', 1, cbd, cbd),
    chain('x', 1),
    chain('x', 2),
  ),
  steps(
    'an object with create_before_destroy is removed',
    'it was recorded',
    chain('x', 1, {}, cbd),
    config({ a: { input: 'x', triggers_replace: 3 } }),
  ),
  steps(
    'an object is removed',
    'nothing refers to it any more',
    chain('x', 1),
    config({ a: { input: 'x', triggers_replace: 1 } }),
  ),
  steps('all objects are removed', 'in the other order', chain('x', 1), config({ z: { input: 1 } })),
  steps('a name changes', 'that is another object', config({ a: { input: 1 } }), config({ b: { input: 1 } })),
  steps(
    'count grows and shrinks',
    'indexes at the end come and go',
    counted(2),
    counted(4),
    counted(1),
    counted(0),
  ),
  steps('count is text', 'it is converted', counted('2'), counted('${"3"}')),
  steps(
    'single becomes count',
    'the object keeps its record at index 0',
    config({ a: { input: 'x' } }),
    counted(2, 'x'),
    counted(1, 'y'),
  ),
  steps('count becomes single', 'index 0 is the one', counted(2, 'x'), config({ a: { input: 'x' } })),
  steps('count becomes for_each', 'keys are of another kind', counted(2, 'x'), named(['0', 'b'], 'x')),
  steps('for_each becomes count', 'keys are of another kind', named(['a', 'b'], 'x'), counted(1, 'x')),
  steps(
    'single becomes for_each',
    'there is no key to keep',
    config({ a: { input: 'x' } }),
    named(['k'], 'x'),
  ),
  steps(
    'for_each becomes single',
    'there is no key to keep',
    named(['k'], 'x'),
    config({ a: { input: 'x' } }),
  ),
  steps('keys of for_each change', 'each on its own', named(['a', 'b']), named(['b', 'c', 'a b']), named([])),
  steps(
    'odd keys',
    'keys may be any text',
    named(['a.b', 'q"q', 'é', '', ' ', 'x[0]', '${"$${y}"}'.slice(0, 0), '\\\\', '日本', '🙂']),
    named(['q"q', '', '日本']),
  ),
  steps(
    'for_each over a map',
    'values count, keys name',
    config({
      a: { for_each: { x: 1, y: 'two', z: [null] }, input: '${each.value}', triggers_replace: '${each.key}' },
    }),
    config({ a: { for_each: { x: 1, z: [true] }, input: '${each.value}', triggers_replace: '${each.key}' } }),
  ),
  steps(
    'for_each over another resource',
    'chaining keeps keys',
    config({
      a: { for_each: { x: 1, y: 2 }, input: '${each.value}' },
      b: { for_each: '${terraform_data.a}', input: '${each.value.output}' },
    }),
    config({
      a: { for_each: { x: 1, z: 2 }, input: '${each.value}' },
      b: { for_each: '${terraform_data.a}', input: '${each.value.output}' },
    }),
  ),
  steps('a tainted object', 'it is replaced', chain('x', 1), {
    config: chain('x', 1),
    taint: ['terraform_data.a'],
  }),
  steps(
    'a tainted object with create_before_destroy',
    'it is replaced the other way round',
    chain('x', 1, cbd, cbd),
    { config: chain('x', 1, cbd, cbd), taint: ['terraform_data.b'] },
  ),
  steps('a tainted object that is wanted no longer', 'it is only destroyed', chain('x', 1), {
    config: config({ a: { input: 'x', triggers_replace: 1 } }),
    taint: ['terraform_data.b', 'terraform_data.c'],
  }),
  steps('a tainted object whose input changes', 'taint comes first', chain('x', 1), {
    config: chain('y', 2),
    taint: ['terraform_data.a'],
  }),
  steps('a deposed object', 'it is destroyed', chain('x', 1), {
    config: chain('x', 1),
    depose: ['terraform_data.a'],
  }),
  steps('a deposed object whose block is gone', 'both are destroyed', chain('x', 1), {
    config: config({ z: {} }),
    depose: ['terraform_data.b'],
  }),
  steps(
    'replace_triggered_by an object',
    'any change of it counts',
    config({ a: { input: 1 }, b: { lifecycle: { replace_triggered_by: ['terraform_data.a'] } } }),
    config({ a: { input: 2 }, b: { lifecycle: { replace_triggered_by: ['terraform_data.a'] } } }),
  ),
  steps(
    'replace_triggered_by an attribute',
    'only that counts',
    config({
      a: { input: 1, triggers_replace: 1 },
      b: { lifecycle: { replace_triggered_by: ['terraform_data.a.input'] } },
      c: { lifecycle: { replace_triggered_by: ['terraform_data.a.triggers_replace'] } },
    }),
    config({
      a: { input: 2, triggers_replace: 1 },
      b: { lifecycle: { replace_triggered_by: ['terraform_data.a.input'] } },
      c: { lifecycle: { replace_triggered_by: ['terraform_data.a.triggers_replace'] } },
    }),
  ),
  steps(
    'replace_triggered_by an attribute of what is made only now',
    'nothing has changed',
    config({ b: { input: 1 } }),
    config({
      a: { input: 1 },
      b: { input: 1, lifecycle: { replace_triggered_by: ['terraform_data.a.input'] } },
    }),
  ),
  steps(
    'replace_triggered_by what is hidden no longer',
    'Terraform calls that an update, though nothing is called',
    ...[
      { a: '${sensitive("x")}', b: 'x', c: { x: '${sensitive(1)}', y: 2 } },
      { a: 'x', b: 'x', c: { x: 1, y: 2 } },
    ].map((inputs) =>
      config(
        Object.fromEntries(
          Object.entries(inputs).flatMap(([name, input]) => [
            [name, { input }],
            ...['', '.input', '.output'].map((attribute, i) => [
              `${name}${i}`,
              { lifecycle: { replace_triggered_by: [`terraform_data.${name}${attribute}`] } },
            ]),
          ]),
        ),
      ),
    ),
  ),
  steps(
    'replace_triggered_by an instance',
    'the others do not count',
    config({
      a: { count: 2, input: 1 },
      b: { count: 2, lifecycle: { replace_triggered_by: ['terraform_data.a[count.index]'] } },
      c: { lifecycle: { replace_triggered_by: ['terraform_data.a[1]'] } },
    }),
    config({
      a: { count: 2, input: '${count.index}' },
      b: { count: 2, lifecycle: { replace_triggered_by: ['terraform_data.a[count.index]'] } },
      c: { lifecycle: { replace_triggered_by: ['terraform_data.a[1]'] } },
    }),
  ),
  steps(
    'ignore_changes of an attribute',
    'the object keeps what it has',
    config({ a: { input: 1, triggers_replace: 1, lifecycle: { ignore_changes: ['input'] } } }),
    config({ a: { input: 2, triggers_replace: 1, lifecycle: { ignore_changes: ['input'] } } }),
    config({ a: { input: 3, triggers_replace: 2, lifecycle: { ignore_changes: ['input'] } } }),
  ),
  steps(
    'ignore_changes of all',
    'nothing is followed',
    config({ a: { input: 1, triggers_replace: 1, lifecycle: { ignore_changes: 'all' } } }),
    config({ a: { input: 2, triggers_replace: 2, lifecycle: { ignore_changes: 'all' } } }),
  ),
  steps(
    'ignore_changes of an attribute that is removed',
    'it stays',
    config({ a: { input: 1, lifecycle: { ignore_changes: ['input'] } } }),
    config({ a: { lifecycle: { ignore_changes: ['input'] } } }),
  ),
  steps(
    'prevent_destroy of an object that stays',
    'it hinders nothing',
    config({ a: { input: 1, lifecycle: { prevent_destroy: true } } }),
    config({ a: { input: 2, lifecycle: { prevent_destroy: true } } }),
  ),
  fails(
    'prevent_destroy of an object to be replaced',
    'that would destroy it',
    config({ a: { triggers_replace: 1, lifecycle: { prevent_destroy: true } } }),
    config({ a: { triggers_replace: 2, lifecycle: { prevent_destroy: true } } }),
  ),
  fails(
    'prevent_destroy when all is destroyed',
    'that would destroy it',
    config({ a: { lifecycle: { prevent_destroy: true } } }),
    { config: config({ a: { lifecycle: { prevent_destroy: true } } }), mode: 'destroy' },
  ),
  steps(
    'prevent_destroy of an object whose block is gone',
    'the rule is gone with it',
    config({ a: { lifecycle: { prevent_destroy: true } } }),
    config({ b: {} }),
  ),
  fails(
    'prevent_destroy of an instance too many',
    'it would be destroyed',
    config({ a: { count: 2, lifecycle: { prevent_destroy: true } } }),
    config({ a: { count: 1, lifecycle: { prevent_destroy: true } } }),
  ),
  steps(
    'depends_on',
    'order without a value',
    config({ a: { input: 1 }, b: { depends_on: ['terraform_data.a'] } }),
    config({ a: { input: 2 }, b: { depends_on: ['terraform_data.a'], triggers_replace: 1 } }),
    config({ b: { input: 1 } }),
  ),
  steps(
    'everything is destroyed',
    'outputs too',
    {
      ...config(
        { a: { input: 1 }, b: { count: 2, input: '${terraform_data.a.id}' } },
        { output: outputs({ o: '${terraform_data.b[*].id}', n: 1 }) },
      ),
    },
    {
      config: config(
        { a: { input: 1 }, b: { count: 2, input: '${terraform_data.a.id}' } },
        { output: outputs({ o: '${terraform_data.b[*].id}', n: 1 }) },
      ),
      mode: 'destroy',
    },
  ),
  steps('everything is destroyed after the configuration changed', 'what is recorded counts', chain('x', 1), {
    config: config({ a: { count: 3, input: 9 } }),
    mode: 'destroy',
  }),
  steps('nothing is destroyed', 'there is nothing', { config: chain('x', 1), mode: 'destroy' }),
  steps('refresh only', 'configuration is not looked at', chain('x', 1), {
    config: chain('y', 2),
    mode: 'refresh-only',
  }),
  steps('refresh only with an output that is new', 'outputs follow what is', config({ a: { input: 1 } }), {
    config: config({ a: { input: 2 } }, { output: outputs({ o: '${terraform_data.a.output}' }) }),
    mode: 'refresh-only',
  }),
  steps('without refresh', 'what is recorded is what is', chain('x', 1), {
    config: chain('y', 1),
    refresh: false,
  }),
  steps(
    'a target',
    'what it refers to is taken in',
    { config: chain('x', 1), targets: ['terraform_data.b'] },
    chain('x', 1),
  ),
  steps(
    'a target among changes',
    'the others wait',
    chain('x', 1),
    { config: chain('y', 2), targets: ['terraform_data.a'] },
    chain('y', 2),
  ),
  steps(
    'an instance as target',
    'the other instances wait',
    { config: counted(3), targets: ['terraform_data.a[1]'] },
    counted(3),
  ),
  steps('a target that is to be destroyed', 'it is, with what refers to it', chain('x', 1), {
    config: config({ a: { input: 'x', triggers_replace: 1 } }),
    targets: ['terraform_data.b'],
  }),
  steps('a target when all is destroyed', 'what refers to it goes too', chain('x', 1), {
    config: chain('x', 1),
    mode: 'destroy',
    targets: ['terraform_data.b'],
  }),
  steps('a target with outputs', 'only those it can tell are planned', {
    config: config(
      { a: { input: 1 }, b: { input: 2 } },
      { output: outputs({ a: '${terraform_data.a.output}', b: '${terraform_data.b.output}', c: 3 }) },
    ),
    targets: ['terraform_data.a'],
  }),
  steps('replace by request', 'whatever the plan says', chain('x', 1), {
    config: chain('x', 1),
    replace: ['terraform_data.b'],
  }),
  steps('replace by request of an instance', 'the others stay', counted(2), {
    config: counted(2),
    replace: ['terraform_data.a[1]'],
  }),
  steps('replace by request of what is new', 'it is only created', {
    config: chain('x', 1),
    replace: ['terraform_data.b'],
  }),
  fails(
    'a cycle',
    'nothing can come first',
    config({ a: { input: '${terraform_data.b.id}' }, b: { input: '${terraform_data.a.id}' } }),
  ),
  fails(
    'a reference to itself',
    'an object cannot wait for itself',
    config({ a: { input: '${terraform_data.a.id}' } }),
  ),
  fails(
    'count of what is not known yet',
    'instances must be known',
    config({ a: { input: 2 }, b: { count: '${terraform_data.a.output}' } }),
  ),
  fails(
    'for_each of keys not known yet',
    'instances must be known',
    config({ a: { input: 'x' }, b: { for_each: '${toset([terraform_data.a.output])}' } }),
  ),
  fails('count below zero', 'there are no such instances', counted(-1)),
  fails('count with a fraction', 'there are no such instances', counted(1.5)),
  fails('a null count', 'it must be known how many', counted('${null}')),
  fails('for_each of a list', 'keys would be positions', config({ a: { for_each: ['x'] } })),
  fails('for_each of a set of numbers', 'keys are text', config({ a: { for_each: '${toset([1])}' } })),
  fails('for_each of null', 'it must be known how many', config({ a: { for_each: '${null}' } })),
  fails('a computed attribute is set', 'it is not for the user', config({ a: { output: 1 } })),
  fails('an unknown attribute is set', 'there is none', config({ a: { inputs: 1 } })),
  fails(
    'an index out of range',
    'there is no such instance',
    config({ a: { count: 1 }, b: { input: '${terraform_data.a[1].id}' } }),
  ),
  fails(
    'a key that is not there',
    'there is no such instance',
    config({ a: { for_each: { x: 1 } }, b: { input: '${terraform_data.a["y"].id}' } }),
  ),
  fails(
    'an attribute of a counted block',
    'an index is needed',
    config({ a: { count: 1 }, b: { input: '${terraform_data.a.id}' } }),
  ),
  fails(
    'an index into a single block',
    'it has no instances',
    config({ a: {}, b: { input: '${terraform_data.a[0].id}' } }),
  ),
]
