import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, formatBlock } from '../../src/address.ts'
import type { ResourceBlock } from '../../src/config/config.ts'
import type { Action } from '../../src/engine/change.ts'
import type { PlannedInstance } from '../../src/engine/instance.ts'
import type { Step } from '../../src/engine/plan.ts'
import { makeSteps, type Steps } from '../../src/engine/steps.ts'
import { walk } from '../../src/engine/walk.ts'
import { schema, string } from '../../src/schema/attribute.ts'
import { recordKey } from '../../src/state/state.ts'

const things = schema({ id: string.computed('Assigned.') })
const never = new AbortController().signal

interface Case {
  readonly instances: readonly PlannedInstance[]
  readonly dependencies: (block: string) => ReadonlySet<string>
  readonly createFirst: readonly string[]
}

interface Sketch {
  /** Numbers of earlier blocks that the configuration refers to. */
  readonly refersTo: readonly number[]
  /** The same as it was when the objects were recorded. */
  readonly stoodOn: readonly number[]
  readonly createFirst: boolean
  /** False: the block is in state only. */
  readonly isConfigured: boolean
  readonly actions: readonly Action[]
}

const id = (block: number) => `fake_thing.b${block}`
const earlier = (block: number) =>
  fc.uniqueArray(fc.nat({ max: Math.max(0, block - 1) }), { maxLength: Math.min(block, 3) })

const sketches: fc.Arbitrary<readonly Sketch[]> = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, block) =>
      fc.boolean().chain((isConfigured) => {
        const action = isConfigured
          ? fc.constantFrom<Action>('no-op', 'create', 'update', 'replace', 'replace', 'delete', 'read')
          : fc.constantFrom<Action>('delete', 'no-op')
        return fc.record<Sketch>({
          refersTo: block === 0 ? fc.constant([]) : earlier(block),
          stoodOn: block === 0 ? fc.constant([]) : earlier(block),
          createFirst: fc.boolean(),
          isConfigured: fc.constant(isConfigured),
          actions: fc.array(action, { minLength: 1, maxLength: 3 }),
        })
      }),
    ),
  ),
)

function caseOf(blocks: readonly Sketch[], turned = false): Case {
  const configured = (block: number) => blocks[block]?.isConfigured === true
  const last = blocks.length - 1
  return {
    dependencies: (block) => {
      const sketch = blocks[Number(block.slice('fake_thing.b'.length))]
      if (sketch?.isConfigured !== true) return new Set()
      return new Set(sketch.refersTo.filter(configured).map(id))
    },
    createFirst: blocks.flatMap((sketch, i) => (sketch.createFirst && sketch.isConfigured ? [id(i)] : [])),
    instances: blocks.flatMap((sketch, i) =>
      sketch.actions.map((action, key): PlannedInstance => {
        const address = { mode: 'managed', type: 'fake_thing', name: `b${i}`, key } as const
        // Turned: what stands on what was the other way round when the objects were made.
        const stoodOn = turned
          ? blocks.flatMap((other, n) => (other.stoodOn.includes(i) ? [n] : []))
          : sketch.stoodOn
        const object = { id: 'x' }
        const hasObject = !['create', 'read'].includes(action)
        return {
          address,
          // The only thing that is looked at is what it is written like.
          block: sketch.isConfigured
            ? ({ body: { source: {} }, lifecycle: {} } as unknown as ResourceBlock)
            : undefined,
          record: hasObject
            ? {
                address,
                provider: 'p',
                tainted: false,
                schemaVersion: 0,
                attributes: object,
                sensitive: [],
                dependencies: stoodOn.filter((n) => n <= last).map(id),
                createBeforeDestroy: false,
              }
            : undefined,
          providerKey: 'fake',
          schema: things,
          recorded: hasObject ? object : undefined,
          prior: hasObject ? object : undefined,
          config: action === 'delete' ? null : {},
          planned: action === 'delete' ? null : object,
          action,
          reason: undefined,
          replacePaths: [],
          answered: [],
          sensitive: [],
          repetition: {},
          existing: [],
        }
      }),
    ),
  }
}

let keys = 0
const stepsOf = (one: Case): Steps =>
  makeSteps({ ...one, isLive: true, randomHex: () => String(++keys).padStart(8, '0') })

/** Positions in one order that keeps to all needs; the latest step that may run is always taken. */
async function runIn(steps: Steps): Promise<Map<string, number>> {
  const order: string[] = []
  const nodes = [...steps.steps, ...steps.joins].reverse()
  await walk({
    nodes,
    parallelism: 1,
    stop: never,
    skip: ({ id: skipped }) => order.push(`skipped ${skipped}`),
    visit: ({ id: visited }) => {
      order.push(visited)
      return true
    },
  })
  return new Map(order.map((step, i) => [step, i]))
}

/** Everything that is waited for, directly or not. */
function ancestors({ steps, joins }: Steps): (id: string) => ReadonlySet<string> {
  const needs = new Map([...steps, ...joins].map((node) => [node.id, node.needs]))
  return (from) => {
    const found = new Set<string>()
    const pending = [...(needs.get(from) ?? [])]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (found.has(next)) continue
      found.add(next)
      pending.push(...(needs.get(next) ?? []))
    }
    return found
  }
}

const blockOf = (step: Step) => formatBlock(step.address)
const makes = ({ steps }: Steps) => steps.filter(({ action }) => action !== 'delete')
const removals = ({ steps }: Steps) => steps.filter(({ action }) => action === 'delete')

describe('the order of steps', () => {
  it.each([
    ['as configured', false],
    ['recorded the other way round', true],
  ])('has no circle, and every change has its steps: %s', async (_name, turned) => {
    await fc.assert(
      fc.asyncProperty(sketches, async (blocks) => {
        const one = caseOf(blocks, turned)
        const steps = stepsOf(one)
        const order = await runIn(steps)
        expect(order.size).toBe(steps.steps.length + steps.joins.length)
        const expected = one.instances.flatMap(({ action, address }) => {
          const text = formatAddress(address)
          if (action === 'no-op') return []
          return action === 'replace' ? [`create ${text}`, `delete ${text}`] : [`${action} ${text}`]
        })
        const planned = steps.steps.map(({ action, address }) => `${action} ${formatAddress(address)}`)
        expect(planned.sort()).toEqual(expected.sort())
        const known = new Set([...steps.steps, ...steps.joins].map((node) => node.id))
        for (const { needs } of [...steps.steps, ...steps.joins]) {
          for (const need of needs) expect(known).toContain(need)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('makes what is referred to first, also through blocks in which nothing happens', () => {
    fc.assert(
      fc.property(sketches, (blocks) => {
        const one = caseOf(blocks)
        const steps = stepsOf(one)
        const awaited = ancestors(steps)
        for (const step of makes(steps)) {
          const seen = new Set<string>()
          const pending = [...one.dependencies(blockOf(step))]
          for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
            if (seen.has(block)) continue
            seen.add(block)
            pending.push(...one.dependencies(block))
          }
          for (const other of makes(steps)) {
            if (seen.has(blockOf(other))) expect(awaited(step.id)).toContain(other.id)
          }
        }
      }),
    )
  })

  it('destroys what stands on something before that', () => {
    fc.assert(
      fc.property(sketches, (blocks) => {
        const one = caseOf(blocks)
        const steps = stepsOf(one)
        const awaited = ancestors(steps)
        const recorded = new Map(
          one.instances.map(({ address, record }) => [formatAddress(address), record?.dependencies ?? []]),
        )
        for (const foundation of removals(steps)) {
          for (const other of removals(steps)) {
            const isAbove = recorded.get(formatAddress(other.address))?.includes(blockOf(foundation))
            if (isAbove) expect(awaited(foundation.id)).toContain(other.id)
          }
        }
      }),
    )
  })

  it('replaces in the order that was asked for, and creates first below what creates first', () => {
    fc.assert(
      fc.property(sketches, (blocks) => {
        const one = caseOf(blocks)
        const steps = stepsOf(one)
        const awaited = ancestors(steps)
        for (const { action, address } of one.instances) {
          if (action !== 'replace') continue
          const text = formatAddress(address)
          const find = (wanted: string) =>
            steps.steps.find((step) => step.action === wanted && formatAddress(step.address) === text) as Step
          const create = find('create')
          const remove = find('delete')
          const isFirst = create.deposed !== undefined
          expect(awaited(isFirst ? remove.id : create.id)).toContain(isFirst ? create.id : remove.id)
          expect(remove.id).toBe(`delete ${recordKey({ address, deposed: create.deposed })}`)
        }
        for (const block of one.createFirst) {
          for (const on of [block, ...one.dependencies(block)]) {
            for (const step of makes(steps)) {
              if (blockOf(step) !== on || step.action !== 'create') continue
              const isReplaced = removals(steps).some(
                (other) =>
                  formatAddress(other.address) === formatAddress(step.address) &&
                  other.deposed === step.deposed,
              )
              if (isReplaced) expect(step.deposed).toBeDefined()
            }
          }
        }
      }),
    )
  })

  it('lets objects that stay let go of what is destroyed, where no replacement stands in the way', () => {
    fc.assert(
      fc.property(sketches, (blocks) => {
        const one = caseOf(blocks)
        const steps = stepsOf(one)
        if (steps.steps.some((s) => s.action === 'create' && !s.deposed && s.needs.length > 0)) return
        const awaited = ancestors(steps)
        const recorded = new Map(
          one.instances.map(({ address, record }) => [formatAddress(address), record?.dependencies ?? []]),
        )
        const replaced = new Set(
          one.instances
            .filter(({ action }) => action === 'replace')
            .map(({ address }) => formatAddress(address)),
        )
        const isFirstHalf = (step: Step) =>
          step.deposed === undefined && replaced.has(formatAddress(step.address))
        if (removals(steps).some(isFirstHalf)) return
        for (const remove of removals(steps)) {
          for (const update of makes(steps)) {
            const holds = recorded.get(formatAddress(update.address))?.includes(blockOf(remove))
            if (update.action === 'update' && holds) expect(awaited(remove.id)).toContain(update.id)
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  it('finds a way where a middle object goes, its foundation is replaced and its dependent changes', async () => {
    const blank = { stoodOn: [], refersTo: [], createFirst: false, isConfigured: true }
    const steps = stepsOf(
      caseOf([
        { ...blank, actions: ['replace'] },
        { ...blank, refersTo: [0], stoodOn: [0], actions: ['update', 'delete'] },
        { ...blank, refersTo: [1], stoodOn: [1], actions: ['update'] },
      ]),
    )
    const order = await runIn(steps)
    const ordered = steps.steps
      .map((step) => step.id)
      .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    expect(ordered).toEqual([
      'delete fake_thing.b1[1]',
      'delete fake_thing.b0[0]',
      'create fake_thing.b0[0]',
      'update fake_thing.b1[0]',
      'update fake_thing.b2[0]',
    ])
  })
})
