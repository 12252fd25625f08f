import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import type { Backend } from '../../src/state/backend.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { actions, bench, text } from '../support/engine.ts'
import { type FakeService, fakeService, lostAnswer, refusal } from '../support/fake-service.ts'

/** A block of the fake service's things; undefined where it is not written at all. */
interface Wish {
  readonly refersTo: readonly number[]
  readonly zone: string
  readonly size: number
  readonly createFirst: boolean
  readonly count: number | undefined
}

const wish = (block: number): fc.Arbitrary<Wish> =>
  fc.record({
    refersTo:
      block === 0
        ? fc.constant([])
        : fc.uniqueArray(fc.nat({ max: block - 1 }), { maxLength: Math.min(2, block) }),
    zone: fc.constantFrom('north', 'south'),
    size: fc.constantFrom(1, 2),
    createFirst: fc.boolean(),
    count: fc.constantFrom(undefined, undefined, 0, 1, 3),
  })

const size = 5
const wishes = fc.tuple(
  ...Array.from({ length: size }, (_, block) => fc.option(wish(block), { nil: undefined, freq: 4 })),
)

function configOf(blocks: readonly (Wish | undefined)[]) {
  const written = blocks.flatMap((one, i) => {
    if (one === undefined) return []
    const ids = one.refersTo
      .filter((on) => blocks[on] !== undefined)
      .map((on) =>
        blocks[on]?.count === undefined ? `fake_thing.b${on}.id` : `join("+", fake_thing.b${on}[*].id)`,
      )
    const body = {
      name: one.count === undefined ? `b${i}` : `b${i}-\${count.index}`,
      ...(one.count === undefined ? {} : { count: one.count }),
      zone: one.zone,
      size: one.size,
      note: `on ${ids.map((id) => `\${${id}}`).join(' and ')}`,
      lifecycle: { create_before_destroy: one.createFirst },
    }
    return [[`b${i}`, body] as const]
  })
  return { resource: { fake_thing: Object.fromEntries(written) } }
}

const faults = fc.array(
  fc.record({
    /** The how manieth write it hits. */
    nth: fc.integer({ min: 1, max: 12 }),
    how: fc.constantFrom('refused', 'broken before', 'broken after', 'no answer before', 'no answer after'),
  }),
  { maxLength: 4 },
)

function install(service: FakeService, planned: readonly { readonly nth: number; readonly how: string }[]) {
  let writes = 0
  const now = new Map<string, string>()
  service.before = (call) => {
    writes += 1
    const how = planned.find(({ nth }) => nth === writes)?.how
    if (how === 'refused') throw refusal('the service said no')
    if (how === 'broken before') throw new Error('the machine broke')
    if (how === 'no answer before' && call.startsWith('create')) throw lostAnswer()
    if (how !== undefined) now.set(call, how)
  }
  service.after = (call) => {
    const how = now.get(call)
    now.delete(call)
    if (how === 'broken after') throw new Error('the machine broke')
    if (how === 'no answer after' && call.startsWith('create')) throw lostAnswer()
  }
}

/** A place whose process dies after so many journal lines: nothing is written from then on, not even the state. */
function mortal() {
  const store = memoryStore()
  const life = { lines: Number.POSITIVE_INFINITY }
  const dead = () =>
    new DiagnosticError({ severity: 'error', summary: 'Dead', detail: 'Nothing is written.' })
  const backend = (): Backend => {
    const memory = memoryBackend(store)
    return {
      ...memory,
      async append(lines) {
        life.lines -= lines.length
        if (life.lines < 0) throw dead()
        await memory.append(lines)
      },
      async write(content) {
        if (life.lines < 0) throw dead()
        await memory.write(content)
      },
      async clearJournal() {
        if (life.lines < 0) throw dead()
        await memory.clearJournal()
      },
    }
  }
  return { backend, life }
}

const recordedIds = (state: {
  records: ReadonlyMap<string, { attributes: { readonly [name: string]: unknown } }>
}) => [...state.records.values()].map(({ attributes }) => String(attributes['id']))

describe('whatever changes and whatever goes wrong', () => {
  it('the next run arrives, with every object recorded and every record an object', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        wishes,
        wishes,
        faults,
        fc.option(fc.integer({ min: 1, max: 25 }), { nil: undefined }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1, 10),
        async (first, second, planned, death, canCheckpoint, ambiguous, parallelism) => {
          const service = fakeService({ ambiguous })
          const { backend, life } = mortal()
          const { apply, plan, session } = bench(service.provider, { backend })
          const before = await apply(configOf(first))
          expect(text(before.diagnostics)).toBe('')

          service.canCheckpoint = canCheckpoint
          install(service, planned)
          if (death !== undefined) life.lines = death
          await apply(configOf(second), { parallelism }).catch((error: unknown) => {
            if (!String(error).includes('Dead')) throw error
          })
          life.lines = Number.POSITIVE_INFINITY
          install(service, [])

          const last = await apply(configOf(second))
          expect(last.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
          expect(recordedIds(last.state).sort()).toEqual([...service.things.keys()].sort())
          expect([...last.state.records.values()].filter(({ deposed }) => deposed !== undefined)).toEqual([])
          expect(actions(await plan(configOf(second)))).toEqual([])
          const after = await session()
          expect(after.recovered).toBeUndefined()
          await after.close()

          const gone = await apply(configOf(second), { mode: 'destroy' })
          expect(text(gone.diagnostics)).toBe('')
          expect(service.things.size).toBe(0)
          expect(gone.state.records.size).toBe(0)
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 40_000 },
    )
  })
})
