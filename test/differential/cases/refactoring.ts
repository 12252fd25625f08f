// Blocks that are renamed, taken out, and given objects that are there already.
import type { Json } from '../../support/engine.ts'
import { config, fails, steps } from './make.ts'

const moved = (resources: Json, ...pairs: readonly (readonly [string, string])[]) =>
  config(resources, {
    moved: pairs.map(([from, to]) => ({ from: `terraform_data.${from}`, to: `terraform_data.${to}` })),
  })
const removed = (resources: Json, from: string, lifecycle?: Json) =>
  config(resources, { removed: [{ from: `terraform_data.${from}`, ...(lifecycle && { lifecycle }) }] })
const imported = (resources: Json, ...blocks: readonly Json[]) => config(resources, { import: blocks })

const a = { input: 1 }
const two = { count: 2, input: '${count.index}' }
const named = { for_each: '${toset(["x", "y"])}', input: '${each.key}' }
const above = (block: string) => ({ input: `\${terraform_data.${block}.id}` })

export const refactoring = [
  steps('moved: a block', 'it is the same object', config({ a }), moved({ b: a }, ['a', 'b'])),
  steps(
    'moved: a block that others refer to',
    'they stay as they are',
    config({ a, z: above('a') }),
    moved({ b: a, z: above('b') }, ['a', 'b']),
    config({ b: a }),
  ),
  steps('moved: and changed', 'both at once', config({ a }), moved({ b: { input: 2 } }, ['a', 'b'])),
  steps(
    'moved: all instances',
    'with their keys',
    config({ a: two, c: named }),
    moved({ b: two, d: named }, ['a', 'b'], ['c', 'd']),
  ),
  steps(
    'moved: between kinds of repetition',
    'one instance at a time',
    config({ a: two }),
    moved({ a: named }, ['a[0]', 'a["x"]'], ['a[1]', 'a["y"]']),
  ),
  steps(
    'moved: one after the other',
    'each block tells of one rename',
    config({ a }),
    moved({ c: a }, ['b', 'c'], ['a', 'b']),
  ),
  steps(
    'moved: a block to an instance',
    'a single object has no key',
    config({ a }),
    moved({ b: named }, ['a', 'b["x"]']),
  ),
  steps(
    'moved: an instance to a block',
    'the others stay',
    config({ a: two }),
    moved({ a: { count: 1, input: '${count.index}' }, b: a }, ['a[1]', 'b']),
  ),
  steps(
    'moved: where an object is already',
    'it stays and goes',
    config({ a, b: a }),
    moved({ b: a }, ['a', 'b']),
  ),
  steps('moved: to no block', 'it is destroyed', config({ a }), moved({ z: a }, ['a', 'b'])),
  steps(
    'moved: to a block of another kind',
    'keys are kept',
    config({ a: two }),
    moved({ b: a }, ['a', 'b']),
  ),
  steps(
    'moved: to a block that counts',
    'then nothing follows from the count',
    config({ a }),
    moved({ b: two }, ['a', 'b']),
  ),
  steps('moved: of nothing', 'the block may stay for later', moved({ b: a }, ['a', 'b'])),
  steps('moved: a tainted object', 'it stays so', config({ a }), {
    config: moved({ b: a }, ['a', 'b']),
    taint: ['terraform_data.a'],
  }),
  steps('moved: a deposed object', 'it goes along', config({ a }), {
    config: moved({ b: a }, ['a', 'b']),
    depose: ['terraform_data.a'],
  }),
  steps('moved: and destroyed', 'under its new address', config({ a }), {
    config: moved({ b: a }, ['a', 'b']),
    mode: 'destroy',
  }),
  steps('moved: while only refreshing', 'it is recorded', config({ a }), {
    config: moved({ b: a }, ['a', 'b']),
    mode: 'refresh-only',
  }),
  fails(
    'moved: a block that is still there',
    'it would be made again',
    config({ a }),
    moved({ a, b: a }, ['a', 'b']),
  ),
  fails(
    'moved: an instance that is still there',
    'it would be made again',
    config({ a: two }),
    moved({ a: two, b: a }, ['a[1]', 'b']),
  ),
  fails('moved: to itself', 'that says nothing', moved({ a }, ['b', 'b'])),
  fails('moved: in a circle', 'there is no end', moved({ z: a }, ['a', 'b'], ['b', 'a'])),
  fails('moved: from two blocks', 'only one can be there', moved({ c: a }, ['a', 'c'], ['b', 'c'])),
  fails('moved: to two blocks', 'it cannot be at both', moved({ c: a }, ['a', 'c'], ['a', 'b'])),
  fails('moved: targets that leave it out', 'it would be at neither', config({ a, z: a }), {
    config: moved({ b: a, z: a }, ['a', 'b']),
    targets: ['terraform_data.z'],
  }),
  steps('moved: targets that take it in', 'both addresses', config({ a, z: a }), {
    config: moved({ b: a, z: a }, ['a', 'b']),
    targets: ['terraform_data.a', 'terraform_data.b'],
  }),

  steps(
    'removed: forgotten',
    'destroy = false',
    config({ a, z: a }),
    removed({ z: a }, 'a', { destroy: false }),
  ),
  steps('removed: destroyed', 'that is the default', config({ a, z: a }), removed({ z: a }, 'a')),
  steps(
    'removed: all instances',
    'with what stands on them',
    config({ a: two, z: { input: '${terraform_data.a[*].id}' } }),
    removed({ z: a }, 'a', { destroy: false }),
  ),
  steps('removed: a deposed object', 'it is forgotten too', config({ a, z: a }), {
    config: removed({ z: a }, 'a', { destroy: false }),
    depose: ['terraform_data.a'],
  }),
  steps('removed: of nothing', 'the block may stay for later', removed({ z: a }, 'a', { destroy: false })),
  steps('removed: while all is destroyed', 'it is destroyed too', config({ a, z: a }), {
    config: removed({ z: a }, 'a', { destroy: false }),
    mode: 'destroy',
  }),
  steps('removed: what was moved', 'by its new address', config({ a }), {
    config: config(
      { z: a },
      {
        moved: [{ from: 'terraform_data.a', to: 'terraform_data.b' }],
        removed: [{ from: 'terraform_data.b', lifecycle: { destroy: false } }],
      },
    ),
  }),
  fails(
    'removed: a block that is still there',
    'one of them is wrong',
    removed({ a }, 'a', { destroy: false }),
  ),
  fails('removed: an instance', 'only blocks can be', removed({ z: a }, 'a[0]', { destroy: false })),

  steps(
    'import: an object',
    'it is changed to what is configured',
    imported({ a }, { to: 'terraform_data.a', id: 'there' }),
  ),
  steps(
    'import: without any change',
    'it is recorded',
    imported({ a: {} }, { to: 'terraform_data.a', id: 'there' }),
  ),
  steps(
    'import: and replaced',
    'a trigger is another',
    imported({ a: { triggers_replace: 1 } }, { to: 'terraform_data.a', id: 'there' }),
  ),
  steps(
    'import: what is recorded',
    'it has been imported',
    config({ a }),
    imported({ a }, { to: 'terraform_data.a', id: 'other' }),
  ),
  steps(
    'import: instances',
    'by keys and by each',
    imported(
      { a: named, b: two },
      { to: 'terraform_data.a[each.key]', id: '${each.value}-id', for_each: { x: 'one', y: 'two' } },
      { to: 'terraform_data.b[1]', id: 'b' },
    ),
  ),
  steps('import: an id from a local value', 'it is known', {
    config: config(
      { a },
      {
        locals: { id: 'of ${var.name}' },
        variable: { name: { default: 'x' } },
        import: { to: 'terraform_data.a', id: '${local.id}' },
      },
    ),
  }),
  fails(
    'import: no such block',
    'there is nothing to compare with',
    imported({ a }, { to: 'terraform_data.b', id: 'x' }),
  ),
  fails('import: no such instance', 'here too', imported({ a: two }, { to: 'terraform_data.a[5]', id: 'x' })),
  fails('import: no id', 'it cannot be found', imported({ a }, { to: 'terraform_data.a', id: '' })),
  fails(
    'import: an id that is not known',
    'it is needed now',
    imported({ a, b: a }, { to: 'terraform_data.a', id: '${terraform_data.b.id}' }),
  ),
  fails(
    'import: twice',
    'only one can be there',
    imported({ a }, { to: 'terraform_data.a', id: 'x' }, { to: 'terraform_data.a', id: 'y' }),
  ),
]
