// Random cases: a few variables, locals, objects and outputs, and how they change from step to step.
import fc from 'fast-check'
import type { Json } from '../support/engine.ts'
import type { Case, CaseStep } from './case.ts'
import { type Kind, overSteps, STEPS, type Tree, trees } from './generate-expression.ts'

type Shape = 'single' | 'count' | 'each'

interface VariableSpec {
  readonly kind: Exclude<Kind, 'any'>
  readonly value: Tree
  readonly given: boolean
  readonly sensitive: boolean
}

interface ObjectSpec {
  readonly kind: Kind
  readonly input: Tree
  readonly trigger: Tree | undefined
  readonly shapes: readonly Shape[]
  readonly counts: readonly number[]
  readonly keys: readonly (readonly string[])[]
  /** What `for_each` goes over. */
  readonly over: 'set' | 'map' | 'nested'
  readonly present: readonly boolean[]
  readonly createFirst: readonly boolean[]
  readonly ignore: readonly string[]
  readonly after: number | undefined
  readonly triggeredBy: { readonly which: number; readonly attribute: string } | undefined
}

export interface Spec {
  readonly variables: readonly VariableSpec[]
  readonly locals: readonly { readonly kind: Kind; readonly tree: Tree }[]
  readonly objects: readonly ObjectSpec[]
  readonly outputs: readonly Tree[]
  readonly taint: readonly (number | undefined)[]
  readonly replace: readonly (number | undefined)[]
  readonly depose: readonly (number | undefined)[]
}

const plainKinds = ['text', 'number', 'bool', 'list', 'map'] as const
const kinds = [...plainKinds, 'any'] as const

const variable: fc.Arbitrary<VariableSpec> = fc.constantFrom(...plainKinds).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    value: trees[kind].filter((tree) => tree.node === 'literal'),
    given: fc.boolean(),
    sensitive: fc.constantFrom(false, false, false, true),
  }),
)

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const seldomly = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 8 })
const seldom = fc.constantFrom(false, false, false, true)
const mostly = seldom.map((value) => !value)

const object: fc.Arbitrary<ObjectSpec> = fc.constantFrom(...kinds).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    input: trees[kind],
    trigger: rarely(trees.any),
    shapes: overSteps(fc.constantFrom<Shape>('single', 'single', 'count', 'each')),
    counts: overSteps(fc.integer({ min: 1, max: 3 })),
    keys: overSteps(fc.subarray(['k1', 'b c', 'q"q', '0', 'é'])),
    over: fc.constantFrom('set', 'set', 'map', 'nested'),
    present: overSteps(mostly),
    createFirst: overSteps(seldom),
    ignore: fc.oneof(
      fc.constant([]),
      fc.constant([]),
      fc.constant([]),
      fc.subarray(['input', 'triggers_replace']),
    ),
    after: rarely(fc.nat(5)),
    triggeredBy: fc.option(
      fc.record({
        which: fc.nat(5),
        attribute: fc.constantFrom('', '.input', '.output', '.id', '.triggers_replace'),
      }),
      { nil: undefined, freq: 8 },
    ),
  }),
)

/** Any case. */
export const specs: fc.Arbitrary<Spec> = fc.record({
  variables: fc.array(variable, { maxLength: 3 }),
  locals: fc.array(
    fc.constantFrom(...kinds).chain((kind) => fc.record({ kind: fc.constant(kind), tree: trees[kind] })),
    { maxLength: 3 },
  ),
  objects: fc.array(object, { minLength: 1, maxLength: 5 }),
  outputs: fc.array(trees.any, { maxLength: 3 }),
  taint: fc.tuple(fc.constant(undefined), rarely(fc.nat(4)), rarely(fc.nat(4))),
  replace: fc.tuple(fc.constant(undefined), rarely(fc.nat(4)), rarely(fc.nat(4))),
  depose: fc.tuple(fc.constant(undefined), seldomly(fc.nat(4)), seldomly(fc.nat(4))),
})

/** What can be referred to where something is written out: expressions by kind. */
export type Offer = { readonly [K in Kind]: string[] }

/** Writes a case out. */
export function toCase(spec: Spec, name: string): Case {
  return { name, because: 'Terraform is what we are measured by', steps: steps(spec) }
}

function steps(spec: Spec): CaseStep[] {
  return Array.from({ length: STEPS }, (_, i) => {
    const there = spec.objects.flatMap((one, at) => (one.present[i] ? addressesOf(one, at, i) : []))
    const before =
      i === 0
        ? []
        : spec.objects.flatMap((one, at) => (one.present[i - 1] ? addressesOf(one, at, i - 1) : []))
    const some = (list: readonly string[], which: number | undefined) =>
      which === undefined || list.length === 0 ? undefined : [list[which % list.length] as string]
    return {
      config: configOf(spec, i),
      vars: Object.fromEntries(
        spec.variables.flatMap((one, at) => (one.given ? [[`v${at}`, literalOf(one.value, i)]] : [])),
      ),
      taint: some(before, spec.taint[i]),
      depose: some(before, spec.depose[i]),
      replace: some(
        there.filter((address) => before.includes(address)),
        spec.replace[i],
      ),
    }
  })
}

function addressesOf(one: ObjectSpec, at: number, step: number): string[] {
  const block = `terraform_data.o${at}`
  if (one.shapes[step] === 'count')
    return Array.from({ length: one.counts[step] ?? 1 }, (_, i) => `${block}[${i}]`)
  if (one.shapes[step] === 'each') return keysOf(one, step).map((key) => `${block}[${JSON.stringify(key)}]`)
  return [block]
}

/** One key is always there, so that it can be referred to. */
function keysOf(one: ObjectSpec, step: number): string[] {
  return [...new Set(['k0', ...(one.keys[step] ?? [])])]
}

function configOf(spec: Spec, step: number): Json {
  const offer: Offer = { text: [], number: [], bool: [], list: [], map: [], any: [] }
  const types = { text: 'string', number: 'number', bool: 'bool', list: 'list(string)', map: 'map(string)' }
  const variables = spec.variables.map((one, at): [string, Json] => {
    offer[one.kind].push(`var.v${at}`)
    return [
      `v${at}`,
      {
        type: types[one.kind],
        ...(one.given ? {} : { default: literalOf(one.value, step) }),
        ...(one.sensitive ? { sensitive: true } : {}),
      },
    ]
  })
  const locals = spec.locals.map(({ kind, tree }, at): [string, unknown] => {
    const written = write(tree, step, offer)
    offer[kind].push(`local.l${at}`)
    return [`l${at}`, `\${${written}}`]
  })
  const objects: [string, Json][] = []
  for (const [at, one] of spec.objects.entries()) {
    if (!one.present[step]) continue
    const block = `terraform_data.o${at}`
    const shape = one.shapes[step] ?? 'single'
    const own = { ...offer, text: [...offer.text], number: [...offer.number] }
    if (shape === 'count') own.number.push('count.index')
    if (shape === 'each') own.text.push('each.key', one.over === 'nested' ? 'each.value.of' : 'each.value')
    const earlier = objects.map(([name]) => `terraform_data.${name}`)
    const choose = (which: number | undefined) =>
      which === undefined || earlier.length === 0 ? undefined : earlier[which % earlier.length]
    const after = choose(one.after)
    const trigger = triggerOf(spec, step, choose(one.triggeredBy?.which), one.triggeredBy?.attribute ?? '')
    const lifecycle = {
      ...(one.createFirst[step] ? { create_before_destroy: true } : {}),
      ...(one.ignore.length > 0 ? { ignore_changes: one.ignore } : {}),
      ...(trigger === undefined ? {} : { replace_triggered_by: [trigger] }),
    }
    objects.push([
      `o${at}`,
      {
        ...(shape === 'count' ? { count: one.counts[step] } : {}),
        ...(shape === 'each' ? { for_each: eachOf(one, step) } : {}),
        input: `\${${write(one.input, step, own)}}`,
        ...(one.trigger === undefined ? {} : { triggers_replace: `\${${write(one.trigger, step, own)}}` }),
        ...(after === undefined ? {} : { depends_on: [after] }),
        ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
      },
    ])
    addOffers(offer, one, block, shape)
  }
  const secret =
    JSON.stringify([locals, objects, spec.outputs]).includes('sensitive(') ||
    spec.variables.some((one) => one.sensitive)
  const outputs = spec.outputs.map((tree, at): [string, Json] => [
    `r${at}`,
    { value: `\${${write(tree, step, offer)}}`, ...(secret ? { sensitive: true } : {}) },
  ])
  return {
    variable: Object.fromEntries(variables),
    locals: Object.fromEntries(locals),
    output: Object.fromEntries(outputs),
    resource: { terraform_data: Object.fromEntries(objects) },
  }
}

/** A map goes over texts, or over objects with a list inside. */
function eachOf(one: ObjectSpec, step: number): unknown {
  const keys = keysOf(one, step)
  const text = (key: string) => JSON.stringify(key)
  switch (one.over) {
    case 'set':
      return `\${toset(${JSON.stringify(keys)})}`
    case 'map':
      return `\${{ for s in ${JSON.stringify(keys)} : s => "${'${s}'}!" }}`
    case 'nested':
      return Object.fromEntries(keys.map((key) => [key, { of: `\${upper(${text(key)})}`, in: [{ n: key }] }]))
  }
}

/** An attribute of a block with instances needs a key, and one is always there. */
function triggerOf(
  spec: Spec,
  step: number,
  block: string | undefined,
  attribute: string,
): string | undefined {
  if (block === undefined || attribute === '') return block
  const shape = spec.objects[Number(block.replace('terraform_data.o', ''))]?.shapes[step]
  const key = shape === 'count' ? '[0]' : shape === 'each' ? '["k0"]' : ''
  return `${block}${key}${attribute}`
}

function addOffers(offer: Offer, one: ObjectSpec, block: string, shape: Shape): void {
  const instance = shape === 'single' ? block : shape === 'count' ? `${block}[0]` : `${block}["k0"]`
  offer.text.push(`${instance}.id`)
  if (one.kind !== 'any') offer[one.kind].push(`${instance}.output`, `${instance}.input`)
  if (shape === 'count') offer.list.push(`${block}[*].id`)
  if (shape === 'each')
    offer.list.push(`[for o in ${block} : o.id]`, `values(${block})[*].id`, `keys(${block})`)
}

/** Writes an expression out; picks choose from the offer. */
export function write(tree: Tree, step: number, offer: Offer): string {
  switch (tree.node) {
    case 'literal':
      return JSON.stringify(literalOf(tree, step)).replaceAll(/[$%](?=\{)/g, '$&$&')
    case 'pick': {
      const all = offer[tree.kind]
      return all.length === 0 ? write(tree.fallback, step, offer) : (all[tree.which % all.length] as string)
    }
    case 'build':
      return tree.parts
        .map((part, i) => part + (i < tree.inner.length ? write(tree.inner[i] as Tree, step, offer) : ''))
        .join('')
  }
}

/** The value of a literal in a step. */
export function literalOf(tree: Tree, step: number): unknown {
  return tree.node === 'literal' ? tree.values[step] : null
}
