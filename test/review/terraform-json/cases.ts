// What both programs are asked to plan. All secrets hold the word canary, so that they can be told from the rest.

export type Json = { readonly [key: string]: unknown }

export interface Step {
  readonly config: Json
  /** After `plan`. */
  readonly options?: readonly string[]
  /** Done to the state before the step. */
  readonly meddle?: (state: StateFile) => void
}

export interface Case {
  /** A sentence. */
  readonly name: string
  readonly because: string
  /** Each step is planned by both from the state that Terraform's apply of the step before left. */
  readonly steps: readonly Step[]
}

interface StateFile {
  readonly resources: { readonly name: string; readonly instances: { [key: string]: unknown }[] }[]
}

function data(blocks: Json, rest: Json = {}): Json {
  return { ...rest, resource: { terraform_data: blocks } }
}

const everyAction = data(
  {
    same: { input: 'x' },
    updated: { input: 'old' },
    replaced: { input: '${terraform_data.same.id}', triggers_replace: 1 },
    first: { triggers_replace: 'a', lifecycle: { create_before_destroy: true } },
    gone: { input: ['x', { deep: true }] },
    counted: { count: 12, input: 'c-${count.index}' },
    each: { for_each: { b: 'x', a: 'y' }, input: '${each.key}-${each.value}' },
    single: {},
    tainted: { input: { a: 1 } },
    triggered: { lifecycle: { replace_triggered_by: ['terraform_data.updated'] } },
  },
  {
    output: { id: { value: '${terraform_data.replaced.id}' }, kept: { value: 'k' }, dropped: { value: [1] } },
  },
)

const everyOther = data(
  {
    same: { input: 'x' },
    updated: { input: 'new' },
    replaced: { input: '${terraform_data.same.id}', triggers_replace: 2 },
    first: { triggers_replace: 'b', lifecycle: { create_before_destroy: true } },
    counted: { count: 3, input: 'c-${count.index}' },
    each: { for_each: { a: 'z', c: 'x' }, input: '${each.key}-${each.value}' },
    single: { count: 1 },
    tainted: { input: { a: 1 } },
    asked: {},
    triggered: { lifecycle: { replace_triggered_by: ['terraform_data.updated'] } },
  },
  { output: { id: { value: '${terraform_data.replaced.id}' }, kept: { value: 'k' } } },
)

export const cases: readonly Case[] = [
  {
    name: 'every action, of single objects and of those with keys',
    because: 'review and policy tools look at actions first',
    steps: [
      { config: everyAction },
      { config: everyAction },
      {
        config: everyOther,
        options: ['-replace=terraform_data.same'],
        meddle({ resources }) {
          for (const { name, instances } of resources) {
            if (name !== 'tainted') continue
            instances.push({ ...instances[0], deposed: 'abcdef01' })
            Object.assign(instances[0] as object, { status: 'tainted' })
          }
        },
      },
      { config: everyOther, options: ['-destroy'] },
    ],
  },
  {
    name: 'values that are not known, at every depth',
    because: 'after and after_unknown have rules of their own inside lists, maps and objects',
    steps: [
      {
        config: data(
          {
            a: { input: 'x' },
            none: {},
            nothing: { input: null, triggers_replace: [] },
            list: { input: ['lit', '${terraform_data.a.id}', ['${terraform_data.a.output}', 1, null]] },
            object: { input: { known: true, id: '${terraform_data.a.id}', none: {}, empty: [], n: null } },
            text: { input: 'x-${terraform_data.a.id}' },
            whole: {
              input: '${terraform_data.a}',
              triggers_replace: { id: '${terraform_data.a.id}', k: 'v' },
            },
            all: { input: '${terraform_data.many[*].id}' },
            many: { count: 2, input: { index: '${count.index}', of: '${terraform_data.a.id}' } },
          },
          {
            output: {
              unknown: { value: '${terraform_data.a.id}' },
              partly: {
                value: { id: '${terraform_data.a.id}', list: ['${terraform_data.a.id}', 2], k: 'v' },
              },
              known: { value: ['a', { b: 1 }] },
              empty: { value: [] },
              nothing: { value: null },
              number: { value: 0.1 },
            },
          },
        ),
      },
      { config: data({ a: { input: 'y' }, list: { input: ['${terraform_data.a.output}', 'lit'] } }) },
    ],
  },
  {
    name: 'sensitive values',
    because: 'they must be marked where Terraform marks them, and shown nowhere',
    steps: [
      {
        config: data(
          {
            whole: { input: '${var.secret}' },
            part: { input: { open: 'x', hidden: '${var.secret}', list: ['a', '${var.secret}'] } },
            from: { input: '${terraform_data.part.output}', triggers_replace: ['${var.secret}'] },
            text: { input: 'canary-in-${var.secret}' },
            hides: { input: { was: 'canary-open', stays: 1 } },
          },
          {
            variable: {
              secret: { type: 'string', sensitive: true, default: 'canary-default' },
              given: { type: 'map(string)', sensitive: true, description: 'Given on the command line' },
            },
            output: {
              secret: { value: '${var.secret}', sensitive: true },
              literal: { value: 'canary-literal', sensitive: true },
              object: { value: '${var.given}', sensitive: true, description: 'Hidden' },
              becomes: { value: 'canary-open' },
            },
          },
        ),
        options: ['-var=given={"k":"canary-given"}'],
      },
      {
        config: data(
          {
            whole: { input: 'open' },
            hides: { input: { was: '${var.secret}', stays: 2 } },
            part: { input: { open: 'y', hidden: '${var.secret}', list: ['a', '${var.secret}'] } },
          },
          {
            variable: { secret: { type: 'string', sensitive: true, default: 'canary-other' } },
            output: {
              secret: { value: '${var.secret}', sensitive: true },
              becomes: { value: 'canary-open', sensitive: true },
            },
          },
        ),
      },
    ],
  },
  {
    name: 'what was written',
    because: 'policies read expressions and references from configuration',
    steps: [
      {
        config: data(
          {
            z: {
              count: '${var.number}',
              input: '${count.index}',
              depends_on: ['terraform_data.a', 'terraform_data.b'],
            },
            a: { input: '${var.text}' },
            b: { for_each: '${toset(var.set)}', input: '${each.value}' },
            c: {
              input: {
                conditional: '${var.number > 1 ? local.map["k"] : local.map.l}',
                index: '${terraform_data.z[var.number - 1].id}',
                key: '${terraform_data.b["s"].output}',
                nested: ['${var.object.a}', '${[for k, v in local.map : "${k}${v}${var.text}"]}'],
                splat: '${terraform_data.z[*].id}',
                path: '${path.module}/${terraform.workspace}',
                call: '${upper(join("-", var.set))}',
                literal: 'no template, $${escaped}',
              },
              triggers_replace: '${terraform_data.c2}',
            },
            c2: { input: null },
          },
          {
            terraform: { required_version: '>= 1.0' },
            variable: {
              text: { type: 'string', default: 't', description: 'Some text' },
              number: {
                type: 'number',
                default: 2,
                validation: { condition: '${var.number > 0}', error_message: 'x' },
              },
              set: { type: 'list(string)' },
              object: { type: 'object({a = string, b = optional(number, 3)})', default: { a: 'x' } },
              nothing: { default: null },
              any: { default: { a: [1, 'x'] } },
            },
            locals: { map: { k: '${terraform_data.a.id}', l: 'x' } },
            output: {
              o: { value: '${local.map}', description: 'A map', depends_on: ['terraform_data.z'] },
              p: { value: '${terraform_data.c.input.literal}' },
            },
          },
        ),
        options: ['-var=set=["s","t"]'],
      },
    ],
  },
  {
    name: 'attributes that a plan came from',
    because: 'they are found through locals and through objects that stay',
    steps: [{ config: related('1') }, { config: related('2') }],
  },
  {
    name: 'only a part',
    because: 'a plan with targets is not complete',
    steps: [
      { config: data({ a: { input: '1' }, b: { input: { x: '${terraform_data.a.id}' } }, c: {} }) },
      {
        config: data({ a: { input: '2' }, b: { input: { x: 1 } }, c: { input: 'x' } }),
        options: ['-target=terraform_data.a'],
      },
    ],
  },
  {
    name: 'nothing at all',
    because: 'empty parts are left out',
    steps: [{ config: { locals: { a: 1 } } }, { config: data({ a: {} }) }, { config: { locals: { a: 1 } } }],
  },
]

function related(value: string): Json {
  return data(
    {
      a: { input: '1' },
      b: { input: '${terraform_data.a.output}x' },
      many: { count: 2, input: '${terraform_data.a.id}' },
      each: { for_each: { k: '${terraform_data.a.input}' }, input: '${each.value}' },
      stay: {},
      c: {
        input: ['${terraform_data.b.input}', '${local.m.q}', '${terraform_data.each["k"].input}', value],
        triggers_replace: '${terraform_data.many[0].input}',
        depends_on: ['terraform_data.stay'],
        lifecycle: { replace_triggered_by: ['terraform_data.stay'] },
      },
    },
    {
      locals: { m: { p: '${terraform_data.many[*].id}', q: '${terraform_data.a.triggers_replace}' } },
      output: {
        o: { value: `\${terraform_data.b.output}-${value}` },
        stay: { value: '${terraform_data.stay.id}' },
      },
    },
  )
}
