// Random customers: objects in the hub that refer to each other, what others do to them, and how all of it changes.
import fc from 'fast-check'
import type { Json } from '../support/engine.ts'
import type { Case, CaseStep } from './case.ts'
import { literalOf, type Offer, write } from './generate.ts'
import { overSteps, STEPS, type Tree } from './generate-expression.ts'
import { meddlingWith, type Somebody } from './generate-meddling.ts'
import { literals, texts } from './generate-text.ts'

const kinds = [
  'environment',
  'user',
  'grant',
  'role',
  'configuration',
  'deployment',
  'data',
  'lookup',
] as const
type Kind = (typeof kinds)[number]
type Shape = 'single' | 'count' | 'each' | 'chain'

interface ObjectSpec {
  readonly kind: Kind
  readonly present: readonly boolean[]
  readonly shapes: readonly Shape[]
  readonly counts: readonly number[]
  readonly keys: readonly (readonly string[])[]
  readonly text: Tree
  readonly more: Tree | undefined
  /** Part of what the service knows it by: another one makes another object. */
  readonly suffix: readonly number[]
  readonly choice: readonly number[]
  readonly refs: readonly [number, number]
  readonly looksUp: boolean
  readonly createFirst: readonly boolean[]
  readonly ignores: boolean
  readonly after: number | undefined
  readonly triggeredBy: number | undefined
}

export interface TavioSpec {
  readonly variables: readonly { readonly value: Tree; readonly sensitive: boolean }[]
  readonly locals: readonly Tree[]
  readonly objects: readonly ObjectSpec[]
  readonly outputs: readonly Tree[]
  readonly taint: readonly (number | undefined)[]
  readonly replace: readonly (number | undefined)[]
  readonly others: readonly (readonly Somebody[])[]
}

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const seldom = fc.constantFrom(false, false, false, true)
const mostly = fc.constantFrom(true, true, true, true, false)

const object = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<ObjectSpec> =>
  fc.record({
    kind,
    present: overSteps(mostly),
    shapes: overSteps(fc.constantFrom<Shape>('single', 'single', 'single', 'count', 'each', 'chain')),
    counts: overSteps(fc.integer({ min: 1, max: 2 })),
    keys: overSteps(fc.subarray(['k1', 'k-2'])),
    text: texts,
    more: fc.option(texts, { nil: undefined }),
    suffix: overSteps(fc.nat(1)),
    choice: overSteps(fc.nat(1)),
    refs: fc.tuple(fc.nat(5), fc.nat(5)),
    looksUp: fc.boolean(),
    createFirst: overSteps(seldom),
    ignores: seldom,
    after: fc.option(fc.nat(5), { nil: undefined, freq: 5 }),
    triggeredBy: fc.option(fc.nat(5), { nil: undefined, freq: 8 }),
  })

const somebody: fc.Arbitrary<Somebody> = fc.record({ which: fc.nat(9), how: fc.nat(9) })

/** Any case with a hub. There is an environment and a user for the others to refer to. */
export const tavioSpecs: fc.Arbitrary<TavioSpec> = fc.record({
  variables: fc.array(fc.record({ value: literals, sensitive: seldom }), { maxLength: 2 }),
  locals: fc.array(texts, { maxLength: 2 }),
  objects: fc
    .tuple(
      object(fc.constant('environment')),
      object(fc.constant('user')),
      fc.array(object(fc.constantFrom(...kinds, 'configuration', 'deployment')), { maxLength: 6 }),
    )
    .map(([environment, user, rest]) => [environment, user, ...rest]),
  outputs: fc.array(texts, { maxLength: 2 }),
  taint: fc.tuple(fc.constant(undefined), rarely(fc.nat(9)), rarely(fc.nat(9))),
  replace: fc.tuple(fc.constant(undefined), rarely(fc.nat(9)), rarely(fc.nat(9))),
  others: fc.tuple(
    fc.constant([]),
    fc.array(somebody, { maxLength: 2 }),
    fc.array(somebody, { maxLength: 2 }),
  ),
})

/** Writes a case out. */
export function tavioCase(spec: TavioSpec, name: string): Case {
  const written = Array.from({ length: STEPS }, (_, i) => writeStep(spec, i))
  const steps = written.map(({ config, there }, i): CaseStep => {
    const before = written[i - 1]?.there ?? []
    const mayReplace = before.filter((one) => one.kind !== 'lookup' && !isUnique(spec, one.kind))
    const addresses = mayReplace.flatMap((one) => one.instances.map(({ address }) => address))
    const some = (list: readonly string[], which: number | undefined) =>
      which === undefined || list.length === 0 ? undefined : [list[which % list.length] as string]
    const still = new Set(there.flatMap((one) => one.instances.map(({ address }) => address)))
    return {
      config,
      vars: Object.fromEntries(spec.variables.map(({ value }, at) => [`v${at}`, literalOf(value, i)])),
      taint: some(addresses, spec.taint[i]),
      replace: some(
        addresses.filter((address) => still.has(address)),
        spec.replace[i],
      ),
      meddle: meddlingWith(before, spec.others[i] ?? []),
    }
  })
  // Where users stay behind, most of them would be there already.
  return { name, because: 'Terraform is what we are measured by', steps, hub: { deletes: true } }
}

/** True for what cannot be there twice, where its successor may have to be made first: create_before_destroy spreads. */
function isUnique({ objects }: TavioSpec, kind: Kind): boolean {
  const spreads = objects.some(({ createFirst }) => createFirst.includes(true))
  return spreads && (kind === 'environment' || kind === 'user')
}

/** An object block as it was written in one step. */
export interface WrittenBlock {
  readonly kind: Kind
  readonly block: string
  readonly shape: Shape
  /** `hubKey`: what people call it in the hub. */
  readonly instances: readonly { readonly address: string; readonly hubKey: string }[]
  /** The instance that others refer to. */
  readonly first: string
  readonly attributes: Json
}

const types: { readonly [K in Kind]: string } = {
  environment: 'tavio_environment',
  user: 'tavio_user',
  grant: 'tavio_environment_access',
  role: 'tavio_organization_access',
  configuration: 'tavio_configuration',
  deployment: 'tavio_deployment',
  data: 'terraform_data',
  lookup: 'data.tavio_environment',
}

function writeStep(spec: TavioSpec, step: number): { config: Json; there: readonly WrittenBlock[] } {
  const offer: Offer = { text: [], number: [], bool: [], list: [], map: [], any: [] }
  const variables = spec.variables.map(({ sensitive }, at): [string, Json] => {
    offer.text.push(`var.v${at}`)
    return [`v${at}`, { type: 'string', ...(sensitive ? { sensitive } : {}) }]
  })
  const locals = spec.locals.map((tree, at): [string, unknown] => {
    const text = write(tree, step, offer)
    offer.text.push(`local.l${at}`)
    return [`l${at}`, `\${${text}}`]
  })
  const there: WrittenBlock[] = []
  for (const [at, one] of spec.objects.entries()) {
    const made = one.present[step] ? writeObject(spec, at, step, offer, there) : undefined
    if (made === undefined) continue
    there.push(made)
    addOffers(offer, made)
  }
  const bodies = (managed: boolean) => {
    const all: { [type: string]: Json } = {}
    for (const { kind, block, attributes } of there) {
      const [type = '', name = ''] = block.replace(/^data\./, '').split('.')
      if ((kind !== 'lookup') === managed) all[type] = { ...all[type], [name]: attributes }
    }
    return all
  }
  const lookup = { tavio_solution: { orders: { name: 'Order webhook' } } }
  const data = bodies(false)
  const written = JSON.stringify([locals, there, spec.outputs])
  const secret = written.includes('sensitive(') || spec.variables.some((one) => one.sensitive)
  const outputs = spec.outputs.map((tree, at): [string, Json] => [
    `r${at}`,
    { value: `\${${write(tree, step, offer)}}`, ...(secret ? { sensitive: true } : {}) },
  ])
  return {
    there,
    config: {
      variable: Object.fromEntries(variables),
      locals: Object.fromEntries(locals),
      output: Object.fromEntries(outputs),
      data: { ...data, ...(written.includes('data.tavio_solution.orders') ? lookup : {}) },
      resource: bodies(true),
    },
  }
}

function writeObject(
  spec: TavioSpec,
  at: number,
  step: number,
  offer: Offer,
  there: readonly WrittenBlock[],
): WrittenBlock | undefined {
  const one = spec.objects[at] as ObjectSpec
  const pick = (kind: Kind, which: number) => {
    const all = there.filter((other) => other.kind === kind)
    return all[which % Math.max(all.length, 1)]
  }
  const environment = pick('environment', one.refs[0])
  const user = pick('user', one.refs[1])
  const configuration = pick('configuration', one.refs[0])
  const target = { environment: environment, user, configuration }
  const needs: { readonly [K in Kind]: readonly (keyof typeof target)[] } = {
    environment: [],
    user: [],
    grant: ['environment', 'user'],
    role: ['user'],
    configuration: ['environment'],
    deployment: ['configuration'],
    data: [],
    lookup: ['environment'],
  }
  if (needs[one.kind].some((name) => target[name] === undefined)) return undefined
  const over = target[needs[one.kind][0] ?? 'environment']
  const wanted = one.shapes[step] ?? 'single'
  // What has no name of its own must not be there twice.
  const plain = ['grant', 'role', 'lookup'].includes(one.kind)
  const chained = wanted === 'chain' && needs[one.kind].length > 0 && over?.shape === 'each'
  const shape = chained ? 'chain' : wanted === 'chain' || plain ? 'single' : wanted
  const keys =
    shape === 'count'
      ? Array.from({ length: one.counts[step] ?? 1 }, (_, i) => `[${i}]`)
      : shape === 'each'
        ? [...new Set(['k0', ...(one.keys[step] ?? [])])].map((key) => `["${key}"]`)
        : shape === 'chain'
          ? (over?.instances ?? []).map(({ address }) => address.slice(address.indexOf('[')))
          : ['']
  const own = { ...offer, text: [...offer.text], number: [...offer.number] }
  if (shape === 'count') own.number.push('count.index')
  if (shape === 'each') own.text.push('each.key')
  const text = (tree: Tree) => write(tree, step, own)
  const part = shape === 'count' ? '-${count.index}' : shape === 'single' ? '' : '-${each.key}'
  const named = `${one.kind.slice(0, 1)}${at}-${one.suffix[step] ?? 0}${part}`
  const reach = (name: keyof typeof target, attribute: string) =>
    shape === 'chain' && target[name] === over
      ? `\${each.value.${attribute}}`
      : `\${${target[name]?.first}.${attribute}}`
  const even = (one.choice[step] ?? 0) === 0
  const more = one.more === undefined ? {} : { more: `\${${text(one.more)}}` }
  const solution = one.looksUp ? '${data.tavio_solution.orders.id}' : '<solution Order webhook>'
  const attributes: { readonly [K in Kind]: () => Json } = {
    environment: () => ({
      name: `N \${${text(one.text)}}`,
      domain: `case-${named}`,
      ...('more' in more ? { description: more.more } : {}),
    }),
    user: () => ({
      email: `${named}@case-x.example`,
      first_name: `\${${text(one.text)}}`,
      ...('more' in more ? { last_name: more.more } : {}),
      on_destroy: 'delete',
    }),
    grant: () => ({
      environment: reach('environment', 'domain'),
      user_id: reach('user', 'id'),
      role: even ? 'developer' : 'support',
    }),
    role: () => ({ user_id: reach('user', 'id'), role: even ? 'admin' : 'owner' }),
    configuration: () => ({
      environment: reach('environment', 'domain'),
      solution_id: solution,
      name: named,
      values: { url: `https://x.example/\${${text(one.text)}}`, ...(even ? { retries: '5' } : {}) },
      ...('more' in more ? { secret_values: { signingKey: more.more } } : {}),
    }),
    deployment: () => ({
      environment: reach('configuration', 'environment'),
      solution_id: reach('configuration', 'solution_id'),
      configuration_ids: [reach('configuration', 'id')],
      name: named,
      enabled: even,
    }),
    data: () => ({
      input: `\${${text(one.text)}}`,
      ...('more' in more ? { triggers_replace: more.more } : {}),
    }),
    lookup: () => ({ domain: reach('environment', 'domain') }),
  }
  const block = `${types[one.kind]}.o${at}`
  const other = (which: number | undefined) =>
    which === undefined
      ? undefined
      : there.filter(({ kind }) => kind !== 'lookup')[which % there.length]?.block
  const [after, trigger] = [other(one.after), other(one.triggeredBy)]
  const ignored: { readonly [K in Kind]?: string } = {
    environment: 'name',
    user: 'first_name',
    configuration: 'values',
    deployment: 'enabled',
    data: 'input',
  }
  const ignores = one.ignores ? ignored[one.kind] : undefined
  // What must be unique in the hub cannot be there twice for a while.
  const mayBeFirst = one.createFirst[step] && !['environment', 'user', 'lookup'].includes(one.kind)
  const lifecycle = {
    ...(mayBeFirst ? { create_before_destroy: true } : {}),
    ...(ignores === undefined ? {} : { ignore_changes: [ignores] }),
    ...(trigger === undefined || one.kind === 'lookup' || isUnique(spec, one.kind)
      ? {}
      : { replace_triggered_by: [trigger] }),
  }
  return {
    kind: one.kind,
    block,
    shape: shape === 'chain' ? 'each' : shape,
    first: `${block}${keys[0] ?? ''}`,
    instances: keys.map((key) => ({
      address: block + key,
      hubKey: hubKeyOf(one, named, key, environment, over),
    })),
    attributes: {
      ...(shape === 'count' ? { count: one.counts[step] } : {}),
      ...(shape === 'each'
        ? { for_each: `\${toset(${JSON.stringify(keys.map((key) => JSON.parse(key)[0]))})}` }
        : {}),
      ...(shape === 'chain' ? { for_each: `\${${over?.block}}` } : {}),
      ...attributes[one.kind](),
      ...(after === undefined ? {} : { depends_on: [after] }),
      ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
    },
  }
}

function hubKeyOf(
  { kind }: ObjectSpec,
  named: string,
  key: string,
  environment: WrittenBlock | undefined,
  over: WrittenBlock | undefined,
): string {
  const name = named.replace(/\$\{[^}]*\}/, key === '' ? '' : String(JSON.parse(key)[0]))
  const inside =
    (over?.instances.find(({ address }) => address.endsWith(key)) ?? over?.instances[0])?.hubKey ?? ''
  switch (kind) {
    case 'environment':
      return `case-${name}`
    case 'user':
      return `${name}@case-x.example`
    case 'configuration':
      return `${(over === environment ? inside : environment?.instances[0]?.hubKey) ?? ''}/${name}`
    case 'deployment':
      return `${inside.split('/')[0]}/${name}`
    default:
      return ''
  }
}

function addOffers(offer: Offer, { kind, block, shape, first }: WrittenBlock): void {
  const texts: { readonly [K in Kind]: readonly string[] } = {
    environment: ['id', 'name', 'domain', 'status', 'created_at'],
    user: ['id', 'email', 'username', 'status'],
    grant: ['role', 'user_id'],
    role: ['role'],
    configuration: ['id', 'name', 'environment'],
    deployment: ['id', 'status', 'version'],
    data: ['id'],
    lookup: ['id', 'name', 'status'],
  }
  offer.text.push(...texts[kind].map((attribute) => `${first}.${attribute}`))
  if (kind === 'deployment') offer.bool.push(`${first}.enabled`)
  if (shape === 'count') offer.list.push(`${block}[*].${texts[kind][0]}`)
  if (shape === 'each') offer.list.push(`[for o in ${block} : o.${texts[kind][0]}]`, `keys(${block})`)
}
