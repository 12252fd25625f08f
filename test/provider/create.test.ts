import { describe, expect, it } from 'vitest'
import { DiagnosticError, problem } from '../../src/diagnostics.ts'
import { createObject } from '../../src/provider/lifecycle.ts'
import { makePoll } from '../../src/provider/poll.ts'
import { defineResource, type Resource } from '../../src/provider/resource.ts'
import { UncertainOutcomeError, UnknownOutcome } from '../../src/provider/uncertain.ts'
import { schema, string } from '../../src/schema/attribute.ts'
import { type ObjectValue, UNKNOWN } from '../../src/schema/value.ts'

const shape = schema({
  name: string.required('Natural key.'),
  id: string.computed('Assigned.', { always: true }),
})

interface Story {
  /** What each try to create does. */
  readonly tries: readonly (() => ObjectValue)[]
  /** What each look at the list shows; the last one holds from then on. */
  readonly looks?: readonly (readonly ObjectValue[] | Error | undefined)[]
  readonly existing?: readonly string[]
  readonly repeatable?: boolean
  readonly planned?: ObjectValue
  readonly checkpointed?: ObjectValue
}

async function create(story: Story) {
  const saved: unknown[] = []
  let tries = 0
  let looks = 0
  const resource: Resource = defineResource<unknown>()({
    type: 'fake_item',
    schema: shape,
    repeatable: story.repeatable ?? true,
    collection: {
      name: 'items',
      scope: [],
      key: ['name'],
      identity: ['id'],
      list: async () => {
        const all = story.looks ?? [[]]
        const shown = all[Math.min(looks, all.length - 1)]
        looks += 1
        if (shown instanceof Error) throw shown
        return shown?.map((value) => ({ value: value as never, whole: true }))
      },
    },
    read: async ({ prior }) => prior,
    create: async ({ checkpoint }) => {
      const act = story.tries[tries]
      tries += 1
      if (act === undefined) throw new Error('tried once too often')
      if (story.checkpointed !== undefined) await checkpoint(story.checkpointed as never)
      return act() as never
    },
    delete: async () => {},
  })
  const signal = new AbortController().signal
  const outcome = await createObject({
    signal,
    warn: () => {},
    poll: makePoll(signal, { now: () => 0, sleep: async () => {} }),
    checkpoint: async (part) => {
      saved.push(part)
    },
    resource,
    client: undefined,
    config: { name: 'a' },
    planned: story.planned ?? { name: 'a', id: UNKNOWN },
    existing: story.existing ?? [],
  }).then(
    (object) => ({ object }),
    (error: unknown) => ({ error }),
  )
  return { ...outcome, tries, looks, saved }
}

const lost = () => {
  throw new UncertainOutcomeError('no answer')
}
const refused = () => {
  throw new DiagnosticError(problem('Request refused', 'The name is taken.'))
}
const item = (id: string) => ({ name: 'a', id })

describe('a create without an answer', () => {
  it.each<[string, Story, Partial<Awaited<ReturnType<typeof create>>>]>([
    ['is found by its key', { tries: [lost], looks: [[item('1')]] }, { object: item('1'), tries: 1 }],
    [
      'is found although the list lags',
      { tries: [lost], looks: [[], [], [item('1')]] },
      { object: item('1'), tries: 1, looks: 3 },
    ],
    [
      'is not mistaken for what was there before',
      { tries: [lost, () => item('2')], looks: [[item('0')]], existing: ['["0"]'] },
      { object: item('2'), tries: 2 },
    ],
    [
      'is known by its checkpoint, whatever the list shows',
      { tries: [lost], looks: [[item('0'), item('1')]], checkpointed: item('1') },
      { object: item('1'), tries: 1, looks: 0 },
    ],
    [
      'is found when the second try is refused for what the first one made',
      { tries: [lost, refused], looks: [[], [], [], [], [item('1')]] },
      { object: item('1'), tries: 2 },
    ],
  ])('%s', async (_name, story, expected) => {
    expect(await create(story)).toMatchObject(expected)
  })

  it.each<[string, Story, RegExp, number]>([
    ['cannot be listed', { tries: [lost], looks: [undefined] }, /It was not sent again/, 1],
    [
      'has no known key',
      { tries: [lost], planned: { name: UNKNOWN, id: UNKNOWN } },
      /It was not sent again/,
      1,
    ],
    ['must not be repeated', { tries: [lost], repeatable: false }, /It was not sent again/, 1],
    ['could not be looked for', { tries: [lost], looks: [new Error('no network')] }, /cannot be found/, 1],
    ['could be any of several', { tries: [lost], looks: [[item('1'), item('2')]] }, /now lists 2 objects/, 1],
    [
      'was refused the second time',
      { tries: [lost, refused] },
      /It was sent twice, and refused the second time: The name is taken\./,
      2,
    ],
  ])('stays an open question when it %s', async (_name, story, message, tries) => {
    const result = await create(story)
    expect(result).toMatchObject({ error: expect.any(UnknownOutcome), tries })
    expect(String('error' in result ? result.error : '')).toMatch(message)
  })
})

describe('a create that is answered', () => {
  it('and refused is not looked for', async () => {
    const result = await create({ tries: [refused] })
    expect(result).toMatchObject({ error: expect.any(DiagnosticError), looks: 0 })
    expect('error' in result ? result.error : undefined).not.toBeInstanceOf(UnknownOutcome)
  })

  it('with what does not fit is saved as far as it does', async () => {
    const result = await create({ tries: [() => ({ name: ['a'], id: '1' }) as never] })
    expect(String('error' in result ? result.error : '')).toContain('This is a fault in the provider.')
    expect(result.saved).toEqual([{ name: null, id: '1' }])
  })

  it('with nothing at all stays an open question', async () => {
    const result = await create({ tries: [() => undefined as never] })
    expect(result).toMatchObject({ error: expect.any(UnknownOutcome), saved: [] })
  })
})
