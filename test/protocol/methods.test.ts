import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiagnosticError, problem, warning } from '../../src/diagnostics.ts'
import * as messages from '../../src/protocol/messages.ts'
import { encodeObject } from '../../src/protocol/value-codec.ts'
import type { Encodable } from '../../src/protocol/wire.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Resource } from '../../src/provider/resource.ts'
import { list, map, object, schema, set, string } from '../../src/schema/attribute.ts'
import { type ObjectValue, setOf, UNKNOWN } from '../../src/schema/value.ts'
import { fakeService, lostAnswer } from '../support/fake-service.ts'
import { quickClock } from '../support/quick-clock.ts'
import { type Caller, type Problem, type Stand, stand } from './host.ts'

const THING = 'fake_thing'
let service: ReturnType<typeof fakeService>
let place: Stand
let host: Caller

/** Serves the fake provider, or one like it. */
async function open(provider: Provider = service.provider, options: Parameters<typeof stand>[1] = {}) {
  await place?.close()
  place = await stand(provider, options)
  host = place.caller()
  await host.configure()
}

beforeEach(async () => {
  service = fakeService()
  await open()
})
afterEach(() => place.close())

const words = (found: readonly Problem[]) => found.map(({ severity, summary }) => `${severity} ${summary}`)
const paths = (found: readonly Problem[]) =>
  found.map(({ attribute }) => attribute?.steps.map((step) => step.attribute ?? step.key ?? step.index))

async function create(config: ObjectValue) {
  const { planned } = await host.plan(THING, null, config)
  return await host.apply(THING, null, planned ?? {}, config)
}

async function created(config: ObjectValue): Promise<ObjectValue> {
  const { state, diagnostics } = await create(config)
  expect(words(diagnostics)).toEqual([])
  return state ?? {}
}

function withResource(change: Partial<Resource>): Provider {
  const thing = service.provider.resources[THING] as Resource
  return { ...service.provider, resources: { [THING]: { ...thing, ...change } } }
}

describe('validation', () => {
  it('finds what is wrong and says at which attribute', async () => {
    const found = await host.validate(THING, { name: 'bad', size: 1 })
    expect(words(found)).toEqual(['1 Invalid attribute value'])
    expect(paths(found)).toEqual([['name']])
  })

  it('leads into lists, maps and nested objects, and as far as sets', async () => {
    const bad = () => 'Not this.'
    const inner = object({ word: string.optional('', { validators: [bad] }) })
    const attributes = {
      rows: list(inner).optional(''),
      named: map(inner).optional(''),
      one: inner.optional(''),
      some: set(inner).optional(''),
    }
    await open(withResource({ schema: schema(attributes) }))
    const word = { word: 'x' }
    const found = await host.validate(THING, {
      rows: [{ word: null }, word],
      named: { key: word },
      one: word,
      some: setOf([word]),
    })
    expect(paths(found)).toEqual([['rows', 1, 'word'], ['named', 'key', 'word'], ['one', 'word'], ['some']])
  })

  it('of data sources says at which attribute, too', async () => {
    const { attributes } = service.provider.dataSources['fake_lookup']?.schema ?? { attributes: {} }
    const config = { msgpack: encodeObject(attributes, { name: null }) }
    const request = { typeName: 'fake_lookup', config }
    const { diagnostics } = await host.host.call(
      'ValidateDataResourceConfig',
      messages.validateConfig,
      request,
    )
    expect([words(diagnostics), paths(diagnostics)]).toEqual([['1 Missing required attribute'], [['name']]])
  })

  it('lets unknown values pass', async () => {
    expect(await host.validate(THING, { name: UNKNOWN, size: UNKNOWN, tags: UNKNOWN })).toEqual([])
  })

  it('refuses write-only values where the host would keep them', async () => {
    const found = await host.validate(THING, { name: 'a', secret: 's' }, { writeOnly: false })
    expect(words(found)).toEqual(['1 Write-only attributes not supported'])
    expect(paths(found)).toEqual([['secret']])
    expect(await host.validate(THING, { name: 'a' }, { writeOnly: false })).toEqual([])
  })

  it('says so when there is no such type', async () => {
    const found = await host.validate('fake_think', {}).catch((error: unknown) => error)
    expect(found).toMatchObject([
      { summary: 'Unknown resource type', detail: expect.stringContaining('fake_thing') },
    ])
  })
})

describe('plan', () => {
  it('of a new object fills in defaults and leaves to the service what is its', async () => {
    const { planned, replace } = await host.plan(THING, null, { name: 'a', secret: 's' })
    expect(planned).toMatchObject({
      group: 'a',
      name: 'a',
      size: 1,
      tags: setOf([]),
      zone: UNKNOWN,
      id: UNKNOWN,
    })
    expect(planned).toMatchObject({ secret: null, secret_digest: expect.any(String) })
    expect(replace).toEqual([])
  })

  it('of an object as it is changes nothing', async () => {
    const config = { name: 'a', note: 'n', tags: setOf(['x', 'y']), secret: 's' }
    const prior = await created(config)
    expect((await host.plan(THING, prior, config)).planned).toEqual(prior)
  })

  it('keeps the spelling that is there when another means the same', async () => {
    const prior = await created({ name: 'a' })
    expect((await host.plan(THING, prior, { name: 'A' })).planned).toEqual(prior)
  })

  it('of a changed secret is an update, without any version to raise', async () => {
    const prior = await created({ name: 'a', secret: 'one' })
    const { planned, replace } = await host.plan(THING, prior, { name: 'a', secret: 'two' })
    expect(planned?.['secret_digest']).not.toEqual(prior['secret_digest'])
    expect(planned).toMatchObject({ secret: null, id: prior['id'], revision: UNKNOWN })
    expect(replace).toEqual([])
  })

  it('names what needs a new object', async () => {
    const prior = await created({ name: 'a', zone: 'north' })
    const { replace } = await host.plan(THING, prior, { name: 'a', zone: 'south', group: 'b' })
    expect(replace).toEqual([['group'], ['zone']])
  })

  it('of a destroy is nothing, and asks nobody', async () => {
    const prior = await created({ name: 'a' })
    service.calls.length = 0
    const { planned, diagnostics } = await host.plan(THING, prior, null)
    expect([planned, diagnostics, service.calls]).toEqual([undefined, [], []])
  })

  it('hands back what the host keeps for us', async () => {
    expect((await host.plan(THING, null, { name: 'a' })).private).toContain('kept')
  })

  it('may warn, and may refuse', async () => {
    const diagnostics = [warning('Mind this', 'Really.'), problem('Not like this', 'No.', { path: ['size'] })]
    await open(withResource({ plan: async () => ({ diagnostics: diagnostics.slice(0, 1) }) }))
    const warned = await host.plan(THING, null, { name: 'a' })
    expect([words(warned.diagnostics), warned.planned === undefined]).toEqual([['2 Mind this'], false])
    await open(withResource({ plan: async () => ({ diagnostics }) }))
    const refused = await host.plan(THING, null, { name: 'a' })
    expect([words(refused.diagnostics), refused.planned]).toEqual([
      ['2 Mind this', '1 Not like this'],
      undefined,
    ])
    expect(paths(refused.diagnostics)).toEqual([undefined, ['size']])
  })
})

describe('apply', () => {
  it('creates, updates and deletes', async () => {
    const prior = await created({ name: 'a' })
    expect(prior).toMatchObject({ id: expect.any(String), revision: 1, zone: 'north', secret: null })
    const config = { name: 'a', size: 5, secret: 's' }
    const { planned } = await host.plan(THING, prior, config)
    const { state, private: kept } = await host.apply(THING, prior, planned ?? {}, config)
    expect(state).toMatchObject({ size: 5, revision: 2, secret: null, id: prior['id'] })
    expect(kept).toContain('kept')
    expect(service.things.get(String(prior['id']))?.secret).toBe('s')
    const gone = await host.apply(THING, state ?? {}, null, null)
    expect([gone.state, gone.diagnostics, service.things.size]).toEqual([undefined, [], 0])
  })

  it('keeps what is known of an object whose creation failed half-way', async () => {
    service.after = () => {
      throw new Error('the line went dead')
    }
    const { state, diagnostics } = await create({ name: 'a', note: 'n' })
    expect(words(diagnostics)).toEqual(['1 Operation failed'])
    expect(state).toMatchObject({ id: expect.any(String), name: 'a', note: null, secret: null })
  })

  it('says that nothing is there when nothing was made', async () => {
    service.before = () => {
      throw new Error('no room')
    }
    const { state, diagnostics } = await create({ name: 'a' })
    expect([state, words(diagnostics)]).toEqual([undefined, ['1 Operation failed']])
    expect(diagnostics[0]?.detail).toContain('no room')
  })

  it('keeps the object as it was when changing or deleting it fails', async () => {
    const prior = await created({ name: 'a' })
    service.before = () => {
      throw new Error('not now')
    }
    const { planned } = await host.plan(THING, prior, { name: 'a', size: 2 })
    expect((await host.apply(THING, prior, planned ?? {}, { name: 'a', size: 2 })).state).toEqual(prior)
    expect((await host.apply(THING, prior, null, null)).state).toEqual(prior)
  })

  it('keeps what a change that failed half-way said of the object, beside all that was known before', async () => {
    const update: Resource['update'] = async ({ checkpoint }) => {
      await checkpoint({ size: 2, secret: 'not to be kept' })
      throw new Error('the line went dead')
    }
    await open(withResource({ update }))
    const prior = await created({ name: 'a', note: 'n' })
    const config = { name: 'a', note: 'n', size: 2 }
    const { planned } = await host.plan(THING, prior, config)
    const { state, diagnostics, private: kept } = await host.apply(THING, prior, planned ?? {}, config)
    expect(words(diagnostics)).toEqual(['1 Operation failed'])
    expect(state).toEqual({ ...prior, size: 2 })
    expect(kept).toContain('kept')
  })

  it('keeps the object that was waited for too long, and says for what', async () => {
    const create: Resource['create'] = async ({ checkpoint, poll }) => {
      await checkpoint({ id: 'id-9', name: 'a', group: 'a' })
      const probe = async () => 'on its way'
      const describe = (word: string) => `it was ${word}`
      await poll({ what: 'the thing', probe, describe, until: () => false, timeoutMs: 5_000 })
      throw new Error('not reached')
    }
    await open(withResource({ create }), { clock: quickClock() })
    const { planned } = await host.plan(THING, null, { name: 'a' })
    const { state, diagnostics } = await host.apply(THING, null, planned ?? {}, { name: 'a' })
    expect(words(diagnostics)).toEqual(['1 Waiting took too long'])
    expect(diagnostics[0]?.detail).toContain('Waited 5 s for the thing. At the last look, it was on its way.')
    expect(state).toMatchObject({ id: 'id-9', name: 'a' })
  })

  it('finds an object whose creation was not answered, and takes none that was there before', async () => {
    const before = await created({ name: 'a' })
    // The list is asked once for each connection, so this is another.
    host = place.caller()
    await host.configure()
    service.after = (call) => {
      if (call.startsWith('create')) throw lostAnswer()
    }
    const { state, diagnostics } = await create({ name: 'a' })
    expect(words(diagnostics)).toEqual([])
    expect(state?.['id']).not.toBe(before['id'])
    expect(service.things.size).toBe(2)
  })

  it('tells what the resource has to say, beside the result', async () => {
    await open(
      withResource({
        delete: async ({ warn }) => warn('Still there', 'It cannot be deleted.'),
      }),
    )
    const { state, diagnostics } = await host.apply(THING, await created({ name: 'a' }), null, null)
    expect([state, words(diagnostics)]).toEqual([undefined, ['2 Still there']])
  })

  it('reads with a client that cannot write until something was written', async () => {
    const seen: string[] = []
    const configure: Provider['configure'] = (args) => {
      seen.push(args.access)
      return service.provider.configure(args)
    }
    await open({ ...service.provider, configure })
    const { planned } = await host.plan(THING, null, { name: 'a' })
    expect(seen).toEqual(['read'])
    const { state } = await host.apply(THING, null, planned ?? {}, { name: 'a' })
    await host.read(THING, state ?? {})
    expect(seen).toEqual(['read', 'write'])
  })
})

describe('stop', () => {
  it('ends reading and waiting at once, and lets a write under way end', async () => {
    let began = (): void => {}
    const begun = new Promise<void>((resolve) => {
      began = resolve
    })
    let aborted: boolean | undefined
    await open(
      withResource({
        async create({ checkpoint, poll, signal }) {
          await checkpoint({ id: 'id-9', name: 'a', group: 'a' })
          began()
          await poll({ what: 'the end', probe: async () => 0, until: () => false, timeoutMs: 1e9 }).catch(
            (error) => {
              aborted = signal.aborted
              throw error
            },
          )
          throw new Error('not reached')
        },
      }),
    )
    const running = create({ name: 'a' })
    await begun
    expect((await host.host.call('StopProvider', messages.stopProvider, {})).error).toBe('')
    const { state, diagnostics } = await running
    expect(words(diagnostics)).toEqual(['1 Interrupted'])
    expect(state).toMatchObject({ id: 'id-9', name: 'a' })
    expect(aborted).toBe(false)
  })

  it('cuts off what does not end by itself', async () => {
    let began = (): void => {}
    const begun = new Promise<void>((resolve) => {
      began = resolve
    })
    const create: Resource['create'] = async ({ signal }) => {
      began()
      return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    await open(withResource({ create }), { graceMs: 0 })
    const { planned } = await host.plan(THING, null, { name: 'a' })
    const running = host.apply(THING, null, planned ?? {}, { name: 'a' })
    await begun
    await host.host.call('StopProvider', messages.stopProvider, {})
    expect(words((await running).diagnostics)).toEqual(['1 Interrupted'])
  })
})

describe('looking', () => {
  it('at an object tells what it is, or that it is gone', async () => {
    const prior = await created({ name: 'a' })
    const thing = service.things.get(String(prior['id']))
    if (thing !== undefined) thing.size = 9
    expect((await host.read(THING, prior)).state).toMatchObject({ size: 9 })
    service.things.clear()
    expect(await host.read(THING, prior)).toEqual({ state: undefined, diagnostics: [] })
  })

  it('at a data source gives it whole', async () => {
    await created({ name: 'a', size: 3 })
    const lookup = service.provider.dataSources['fake_lookup']
    const { encodeObject, decodeObject } = await import('../../src/protocol/value-codec.ts')
    const attributes = lookup?.schema.attributes ?? {}
    const answer = await host.host.call('ReadDataSource', messages.readDataSource, {
      typeName: 'fake_lookup',
      config: { msgpack: encodeObject(attributes, { name: 'a' }) },
    })
    expect(decodeObject(attributes, answer.state?.msgpack ?? new Uint8Array())).toEqual({
      name: 'a',
      size: 3,
    })
  })

  it('for an object to import finds it, or says what its import id is', async () => {
    const prior = await created({ name: 'a' })
    const find = (id: string) =>
      host.host.call('ImportResourceState', messages.importResourceState, { typeName: THING, id })
    const found = await find(String(prior['id']))
    expect(found.importedResources).toHaveLength(1)
    const missing = await find('nobody')
    expect(words(missing.diagnostics)).toEqual(['1 Object to import not found'])
    expect(missing.diagnostics[0]?.detail).toContain('<id>')
  })
})

describe('stored state', () => {
  const upgrade = (version: number, state: string | undefined) => {
    const rawState: Encodable<typeof messages.rawState> =
      state === undefined ? {} : { json: Buffer.from(state) }
    return host.host.call('UpgradeResourceState', messages.upgradeResourceState, {
      typeName: THING,
      version,
      rawState,
    })
  }

  it('of the same version is left as it is, byte for byte', async () => {
    const { upgradedState } = await upgrade(0, '{"id":"x"}')
    expect(Buffer.from(upgradedState?.json ?? '').toString()).toBe('{"id":"x"}')
  })

  it('of an older version is brought forward by the resource, or said to be beyond that', async () => {
    const thing = service.provider.resources[THING] as Resource
    const forward = ({ title, ...rest }: ObjectValue): ObjectValue => {
      if (title === undefined) throw new Error('no title')
      return { ...rest, name: title }
    }
    await open(withResource({ schema: { ...thing.schema, version: 1 }, upgrades: [forward] }))
    const { upgradedState, diagnostics } = await upgrade(0, '{"id":"x","title":"t","tags":["b","a"]}')
    expect(diagnostics).toEqual([])
    const { decodeObject } = await import('../../src/protocol/value-codec.ts')
    expect(decodeObject(thing.schema.attributes, upgradedState?.msgpack ?? new Uint8Array())).toMatchObject({
      id: 'x',
      name: 't',
      tags: setOf(['a', 'b']),
    })
    const beyond = await upgrade(0, '{"id":"x"}')
    expect(words(beyond.diagnostics)).toEqual(['1 Provider broke its contract'])
    expect(beyond.upgradedState).toBeUndefined()
  })

  it('of an older version loses what is gone and gets what is new', async () => {
    const thing = service.provider.resources[THING] as Resource
    await open(withResource({ schema: { ...thing.schema, version: 2 } }))
    const { upgradedState, diagnostics } = await upgrade(
      1,
      '{"id":"x","size":12345678901234567890,"old":1,"tags":["b","a"]}',
    )
    expect(diagnostics).toEqual([])
    const { decodeObject } = await import('../../src/protocol/value-codec.ts')
    const state = decodeObject(thing.schema.attributes, upgradedState?.msgpack ?? new Uint8Array())
    expect(state).toMatchObject({ id: 'x', tags: setOf(['a', 'b']), note: null })
    expect(String(state?.['size'])).toBe('12345678901234567890')
    expect(state).not.toHaveProperty('old')
  })

  it.each([
    [9, '{}', 'State too new'],
    [0, undefined, 'State too old'],
  ])('of version %s, %s, is refused: %s', async (version, json, summary) => {
    expect(words((await upgrade(version, json)).diagnostics)).toEqual([`1 ${summary}`])
  })

  it('is not moved between types', async () => {
    const answer = await host.host.call('MoveResourceState', messages.moveResourceState, {
      sourceType: 'other_thing',
      sourceProvider: 'registry.terraform.io/a/other',
      targetType: THING,
    })
    expect(words(answer.diagnostics)).toEqual(['1 Move between types refused'])
  })
})

describe('settings', () => {
  it('come from the configuration, then from the environment', async () => {
    const seen: ObjectValue[] = []
    const configure: Provider['configure'] = (args) => {
      seen.push(args.settings)
      return service.provider.configure(args)
    }
    await open({ ...service.provider, configure }, { env: { FAKE_TOKEN: 'from the environment' } })
    await host.configure({ token: 'from the configuration' })
    expect(seen).toEqual([{ token: 'from the environment' }, { token: 'from the configuration' }])
  })

  it('that are not known yet only stop what needs them', async () => {
    expect(words(await host.configure({ token: UNKNOWN }))).toEqual([])
    const { diagnostics } = await host.read(THING, { id: 'x', group: 'a', name: 'a' })
    expect(words(diagnostics)).toEqual(['1 Provider settings not known'])
  })

  it('may be warned of, once, with the call that used them', async () => {
    const configure: Provider['configure'] = (args) => {
      args.warn('Old credentials', 'They end soon.')
      return service.provider.configure(args)
    }
    await place.close()
    place = await stand({ ...service.provider, configure })
    host = place.caller()
    expect(words(await host.configure())).toEqual(['2 Old credentials'])
    expect(words((await host.plan(THING, null, { name: 'a' })).diagnostics)).toEqual([])
  })

  it('that do not fit are refused where they stand, as validation says beforehand', async () => {
    const { attributes } = service.provider.schema
    const picky: Provider = {
      ...service.provider,
      schema: {
        ...service.provider.schema,
        attributes: { ...attributes, place: string.optional('', { validators: [() => 'Not there.'] }) },
      },
    }
    await place.close()
    place = await stand(picky)
    host = place.caller()
    const config = { msgpack: encodeObject(picky.schema.attributes, { place: 'x' }) }
    const found = await host.host.call('ValidateProviderConfig', messages.validateProviderConfig, { config })
    expect([words(found.diagnostics), paths(found.diagnostics)]).toEqual([
      ['1 Invalid attribute value'],
      [['place']],
    ])
    expect(paths(await host.configure({ place: 'x' }))).toEqual([['place']])
  })

  it('that the provider refuses are refused, at the setting', async () => {
    const configure: Provider['configure'] = () => {
      throw new DiagnosticError(problem('Missing credentials', 'Set one.', { path: ['token'] }))
    }
    await open({ ...service.provider, configure })
    const found = await host.configure()
    expect([words(found), paths(found)]).toEqual([['1 Missing credentials'], [['token']]])
  })
})
