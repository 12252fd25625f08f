// What hosts from protocol 6.10 on ask for besides: identities, and lists of what is there.
import { constants } from 'node:http2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import * as messages from '../../src/protocol/messages.ts'
import { decodeObject, encodeObject } from '../../src/protocol/value-codec.ts'
import { encodeMessage } from '../../src/protocol/wire-encode.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Resource } from '../../src/provider/resource.ts'
import { identityAttributes, listAttributes } from '../../src/provider/resource-identity.ts'
import { type ObjectValue, setOf } from '../../src/schema/value.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { fakeService } from '../support/fake-service.ts'
import { quickClock } from '../support/quick-clock.ts'
import { type Caller, type Stand, stand } from './host.ts'

const THING = 'fake_thing'
const nothing = new Uint8Array()
let place: Stand | undefined
let provider: Provider

afterEach(async () => {
  await place?.close()
  place = undefined
})

async function open(served: Provider, settings: ObjectValue = {}): Promise<Caller> {
  await place?.close()
  provider = served
  place = await stand(served)
  const caller = place.caller()
  expect(await caller.configure(settings)).toEqual([])
  return caller
}

const resource = (type: string) => provider.resources[type] as Resource
const identities = (type: string) => identityAttributes(resource(type)) ?? {}
const objects = (type: string) => resource(type).schema.attributes

type Data = { readonly data: { readonly msgpack: Uint8Array } | undefined } | undefined
const readIdentity = (type: string, identity: Data) =>
  identity === undefined ? undefined : decodeObject(identities(type), identity.data?.msgpack ?? nothing)
const writeIdentity = (type: string, identity: ObjectValue) => ({
  data: { msgpack: encodeObject(identities(type), identity) },
})

async function create(caller: Caller, type: string, config: ObjectValue) {
  const { planned } = await caller.plan(type, null, config)
  const encode = (value: ObjectValue | null) => ({ msgpack: encodeObject(objects(type), value) })
  const answer = await caller.host.call('ApplyResourceChange', messages.applyResourceChange, {
    typeName: type,
    priorState: encode(null),
    plannedState: encode(planned ?? {}),
    config: encode(config),
  })
  expect(answer.diagnostics).toEqual([])
  return {
    state: decodeObject(objects(type), answer.newState?.msgpack ?? nothing) as ObjectValue,
    identity: readIdentity(type, answer.newIdentity),
  }
}

async function list(
  caller: Caller,
  type: string,
  scope: ObjectValue,
  options: { readonly wantsObjects?: boolean; readonly limit?: number } = {},
) {
  const config = { msgpack: encodeObject(listAttributes(resource(type)) ?? {}, scope) }
  const events = await caller.host.callAll('ListResource', messages.listResource, {
    typeName: type,
    config,
    ...options,
  })
  return events.map(({ identity, displayName, object, diagnostics }) => ({
    identity: readIdentity(type, identity),
    displayName,
    object: object && decodeObject(objects(type), object.msgpack),
    diagnostics: diagnostics.map(({ severity, summary }) => `${severity} ${summary}`),
  }))
}

describe('an identity', () => {
  let caller: Caller
  let service: ReturnType<typeof fakeService>
  beforeEach(async () => {
    service = fakeService()
    caller = await open(service.provider)
  })

  it('is made of where an object lives and what names it there', async () => {
    const { schemas } = await caller.host.call(
      'GetResourceIdentitySchemas',
      messages.getResourceIdentitySchemas,
      {},
    )
    expect(Object.keys(schemas)).toEqual([THING])
    expect(schemas[THING]?.version).toBe(0)
    expect(
      schemas[THING]?.attributes.map(({ name, type, requiredForImport }) => [
        name,
        Buffer.from(type).toString(),
        requiredForImport,
      ]),
    ).toEqual([
      ['group', '"string"', true],
      ['id', '"string"', true],
    ])
  })

  it('comes with what was created, planned for it and read of it, and stays when its name changes', async () => {
    const { state, identity } = await create(caller, THING, { name: 'a' })
    expect(identity).toEqual({ group: 'a', id: state['id'] })
    const encode = (value: ObjectValue | null) => ({ msgpack: encodeObject(objects(THING), value) })
    const renamed = { name: 'b' }
    const planned = await caller.host.call('PlanResourceChange', messages.planResourceChange, {
      typeName: THING,
      priorState: encode(state),
      proposedNewState: encode(renamed),
      config: encode(renamed),
      priorIdentity: writeIdentity(THING, identity ?? {}),
    })
    expect(readIdentity(THING, planned.plannedIdentity)).toEqual(identity)
    const read = await caller.host.call('ReadResource', messages.readResource, {
      typeName: THING,
      currentState: encode(state),
    })
    expect(readIdentity(THING, read.newIdentity)).toEqual(identity)
  })

  it('is left out while part of it is unknown, and when there is no object', async () => {
    const encode = (value: ObjectValue | null) => ({ msgpack: encodeObject(objects(THING), value) })
    const planned = await caller.host.call('PlanResourceChange', messages.planResourceChange, {
      typeName: THING,
      priorState: encode(null),
      proposedNewState: encode({ name: 'a' }),
      config: encode({ name: 'a' }),
    })
    expect(planned.plannedIdentity).toBeUndefined()
    const { state } = await create(caller, THING, { name: 'a' })
    service.things.clear()
    const read = await caller.host.call('ReadResource', messages.readResource, {
      typeName: THING,
      currentState: encode(state),
    })
    expect(read.newIdentity).toBeUndefined()
  })

  it('can be imported by', async () => {
    const { state, identity } = await create(caller, THING, { name: 'a' })
    const answer = await caller.host.call('ImportResourceState', messages.importResourceState, {
      typeName: THING,
      identity: writeIdentity(THING, identity ?? {}),
    })
    expect(answer.diagnostics).toEqual([])
    const [imported] = answer.importedResources
    expect(decodeObject(objects(THING), imported?.state?.msgpack ?? nothing)).toEqual(state)
    expect(readIdentity(THING, imported?.identity)).toEqual(identity)
  })

  it('that lacks something is refused, naming what it is made of', async () => {
    const answer = await caller.host.call('ImportResourceState', messages.importResourceState, {
      typeName: THING,
      identity: writeIdentity(THING, { group: 'a', id: null }),
    })
    expect(answer.diagnostics).toMatchObject([
      { summary: 'Incomplete identity', detail: expect.stringContaining('group, id') },
    ])
  })

  it.each([
    ['of this version is taken as it is', 0, { group: 'a', id: 'id-1' }, { group: 'a', id: 'id-1' }],
    ['of a newer version is refused', 1, { group: 'a', id: 'id-1' }, 'State too new'],
    ['that does not fit is refused', 0, { group: 'a' }, 'Incomplete identity'],
  ])('that was kept %s', async (_name, version, stored, expected) => {
    const answer = await caller.host.call('UpgradeResourceIdentity', messages.upgradeResourceIdentity, {
      typeName: THING,
      version,
      rawIdentity: { json: Buffer.from(JSON.stringify(stored)) },
    })
    expect(answer.diagnostics[0]?.summary ?? readIdentity(THING, answer.upgradedIdentity)).toEqual(expected)
  })
})

describe('a list', () => {
  let caller: Caller
  let service: ReturnType<typeof fakeService>
  beforeEach(async () => {
    service = fakeService()
    caller = await open(service.provider)
    for (const config of [{ name: 'x' }, { name: 'y' }, { name: 'z', group: 'b' }])
      await create(caller, THING, config)
  })

  it('asks for where the objects live, which the schema says', async () => {
    const { listResources } = await caller.host.call('GetProviderSchema', messages.getProviderSchema, {})
    expect(listResources[THING]?.block?.attributes).toMatchObject([{ name: 'group', required: true }])
    const metadata = await caller.host.call('GetMetadata', messages.getMetadata, {})
    expect(metadata.listResources).toEqual([{ typeName: THING }])
  })

  it('names each object for people and for certain', async () => {
    expect(await list(caller, THING, { group: 'a' })).toEqual([
      { identity: { group: 'a', id: 'id-1' }, displayName: 'x', object: undefined, diagnostics: [] },
      { identity: { group: 'a', id: 'id-2' }, displayName: 'y', object: undefined, diagnostics: [] },
    ])
    expect(await list(caller, THING, { group: 'none' })).toEqual([])
  })

  it.each([true, false])('brings whole objects when they are wanted, lists whole: %s', async (whole) => {
    service.wholeLists = whole
    const [first] = await list(caller, THING, { group: 'b' }, { wantsObjects: true })
    expect(first?.object).toMatchObject({ id: 'id-3', name: 'z', size: 1, revision: 1, secret: null })
  })

  it('ends at the limit', async () => {
    expect(await list(caller, THING, { group: 'a' }, { limit: 1 })).toHaveLength(1)
  })

  it('of thousands arrives whole and in order', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({ id: `id-${i}`, name: `n${i}`, group: 'many' }))
    const thing = resource(THING)
    const { collection } = thing
    if (collection === undefined) throw new Error('the fake thing has a collection')
    const listed = async () => many.map((value) => ({ value, whole: false }))
    const large = { ...thing, collection: { ...collection, list: listed } }
    caller = await open({ ...service.provider, resources: { [THING]: large } })
    const found = await list(caller, THING, { group: 'many' })
    expect(found.map(({ displayName }) => displayName)).toEqual(many.map(({ name }) => name))
  })

  it('that the host has given up looks for no more objects', async () => {
    const thing = resource(THING)
    let looks = 0
    let giveUp = (): void => {}
    const find: Resource['import'] = async (args) => {
      looks += 1
      const over = new Promise((resolve) => args.signal.addEventListener('abort', resolve))
      giveUp()
      await over
      return await thing.import?.(args)
    }
    caller = await open({ ...service.provider, resources: { [THING]: { ...thing, import: find } } })
    const { session } = caller.host
    const stream = session.request({ ':method': 'POST', ':path': '/tfplugin6.Provider/ListResource' })
    stream.on('error', () => {})
    giveUp = () => stream.close(constants.NGHTTP2_CANCEL)
    const request = encodeMessage(messages.listResource.request, {
      typeName: THING,
      config: { msgpack: encodeObject(listAttributes(thing) ?? {}, { group: 'a' }) },
      wantsObjects: true,
    })
    const head = Buffer.alloc(5)
    head.writeUInt32BE(request.length, 1)
    stream.end(Buffer.concat([head, request]))
    await new Promise((resolve) => stream.once('close', resolve))
    await caller.host.call('GetFunctions', messages.getFunctions, {})
    expect(looks).toBe(1)
  })

  it('that the service does not give is an error that says what to do', async () => {
    service.canList = false
    expect(await list(caller, THING, { group: 'a' })).toMatchObject([
      { identity: undefined, diagnostics: ['1 Objects cannot be listed'] },
    ])
  })

  it('is checked beforehand', async () => {
    const config = { msgpack: encodeObject(listAttributes(resource(THING)) ?? {}, { group: null }) }
    const request = { typeName: THING, config, capabilities: { writeOnly: true } }
    const { diagnostics } = await caller.host.call(
      'ValidateListResourceConfig',
      messages.validateConfig,
      request,
    )
    expect(diagnostics).toMatchObject([{ severity: 1, attribute: { steps: [{ attribute: 'group' }] } }])
    expect((await list(caller, THING, { group: null })).map((event) => event.diagnostics)).toHaveLength(1)
  })

  it('of a kind that does not exist is an error', async () => {
    const events = await caller.host.callAll('ListResource', messages.listResource, { typeName: 'fake_no' })
    expect(events).toMatchObject([{ diagnostics: [{ summary: 'Unknown resource type' }] }])
  })
})

describe('objects of Tavio', () => {
  it('can be imported by the identity with which they are listed', async () => {
    const hub = await startEmulator()
    try {
      const { ready } = hub
      const caller = await open(makeTavio(quickClock()), {
        base_url: ready.systems.tavio,
        organization: ready.organization,
        client_id: ready.client_id,
        client_secret: ready.client_secret,
      })
      const solution = await fetchSolution(caller)
      const inside = { environment: 'a-1', solution_id: solution }
      /** Each is made from the id of the one before. */
      const configs: { readonly [type: string]: (before: string) => ObjectValue } = {
        tavio_environment: () => ({ name: 'A', domain: 'a-1' }),
        tavio_user: () => ({ email: 'eve@a.example', first_name: 'Eve', last_name: 'A' }),
        tavio_configuration: () => ({ ...inside, name: 'c', values: { url: 'https://a.example/orders' } }),
        tavio_deployment: (id) => ({ ...inside, name: 'd', configuration_ids: setOf([id]) }),
      }
      let before = ''
      for (const [type, make] of Object.entries(configs)) {
        const config = make(before)
        const { state, identity } = await create(caller, type, config)
        before = String(state['id'])
        const listed = await list(caller, type, config, { wantsObjects: true })
        const own = listed.find((event) => event.identity?.['id'] === identity?.['id'])
        expect(own?.identity).toEqual(identity)
        const { importedResources } = await caller.host.call(
          'ImportResourceState',
          messages.importResourceState,
          { typeName: type, identity: writeIdentity(type, identity ?? {}) },
        )
        const imported = decodeObject(objects(type), importedResources[0]?.state?.msgpack ?? nothing)
        expect(own?.object).toEqual(imported)
        expect(imported).toMatchObject({ id: state['id'] })
      }
    } finally {
      await hub.close()
    }
  })
})

async function fetchSolution({ host }: Caller): Promise<string> {
  const { attributes } = provider.dataSources['tavio_solution']?.schema ?? { attributes: {} }
  const { state } = await host.call('ReadDataSource', messages.readDataSource, {
    typeName: 'tavio_solution',
    config: { msgpack: encodeObject(attributes, { name: 'Order webhook' }) },
  })
  return String(decodeObject(attributes, state?.msgpack ?? nothing)?.['id'])
}
