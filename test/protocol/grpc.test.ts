import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as messages from '../../src/protocol/messages.ts'
import { fakeService } from '../support/fake-service.ts'
import { openHost } from './grpc-client.ts'
import { type Stand, stand } from './host.ts'

let service: ReturnType<typeof fakeService>
let place: Stand

beforeEach(async () => {
  service = fakeService()
  place = await stand(service.provider)
})
afterEach(() => place.close())

const nothing = new Uint8Array()

describe('calls', () => {
  it.each([
    '/tfplugin6.Provider/PlanAction',
    '/tfplugin6.Provider/ReadStateBytes',
    '/tfplugin6.Provider/toString',
    '/tfplugin5.Provider/GetSchema',
    '/plugin.GRPCBroker/StartStream',
    '/nonsense',
  ])('of methods nobody knows are answered UNIMPLEMENTED: %s', async (path) => {
    expect((await place.caller().host.raw(path, nothing)).status).toBe(12)
  })

  it('that are no message end with a status, and the connection goes on', async () => {
    const { host } = place.caller()
    const broken = await host.raw('/tfplugin6.Provider/ReadResource', Buffer.from('0a', 'hex'))
    expect(broken.status).toBe(13)
    expect(broken.message).toContain('ends in the middle')
    expect((await host.raw('/tfplugin6.Provider/GetFunctions', nothing)).status).toBe(0)
  })

  it('that are compressed are refused, since no host compresses unless told it may', async () => {
    const { host } = place.caller()
    expect((await host.raw('/tfplugin6.Provider/GetFunctions', nothing, { compressed: true })).status).toBe(
      12,
    )
  })

  it('may carry many megabytes in both directions, side by side', async () => {
    const { host } = place.caller()
    const json = Buffer.from(JSON.stringify({ name: 'x'.repeat(12_000_000) }))
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        host.call('UpgradeResourceState', messages.upgradeResourceState, {
          typeName: 'fake_thing',
          version: 0,
          rawState: { json },
        }),
      ),
    )
    for (const { upgradedState } of answers) expect(upgradedState?.json.length).toBe(json.length)
  })

  it('that are reset in the middle do no harm', async () => {
    const { host } = place.caller()
    for (const path of ['/tfplugin6.Provider/ReadResource', '/plugin.GRPCBroker/StartStream']) {
      const stream = host.session.request({ ':method': 'POST', ':path': path })
      stream.on('error', () => {})
      stream.write(Buffer.alloc(3))
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.close(8)
      await closed
    }
    expect((await host.raw('/tfplugin6.Provider/GetFunctions', nothing)).status).toBe(0)
  })
})

describe('the services beside the provider', () => {
  it('say that the plugin is well', async () => {
    const { status, body } = await place.caller().host.raw('/grpc.health.v1.Health/Check', nothing)
    expect(status).toBe(0)
    expect(body.toString('hex')).toBe('0801')
  })

  it('keep the stream of output open with nothing in it, until it is cancelled', async () => {
    const { host } = place.caller()
    const stream = host.session.request({ ':method': 'POST', ':path': '/plugin.GRPCStdio/StreamStdio' })
    stream.end(Buffer.alloc(5))
    const headers = await new Promise<object>((resolve) => stream.once('response', resolve))
    expect(headers).toMatchObject({ ':status': 200 })
    // Still open while others are answered.
    await host.raw('/grpc.health.v1.Health/Check', nothing)
    expect(stream.closed).toBe(false)
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.close(8)
    await closed
  })

  it('answer a request to leave, which a host that attached cannot enforce', async () => {
    const { host } = place.caller()
    expect((await host.raw('/plugin.GRPCController/Shutdown', nothing)).status).toBe(0)
    expect((await host.raw('/grpc.health.v1.Health/Check', nothing)).status).toBe(0)
  })
})

describe('connections', () => {
  it('do not see the settings of each other', async () => {
    const [one, other] = [place.caller(), place.caller()]
    await one.configure()
    const config = { name: 'a' }
    expect((await one.plan('fake_thing', null, config)).diagnostics).toEqual([])
    const { diagnostics } = await other.plan('fake_thing', null, config)
    expect(diagnostics.map((d) => d.summary)).toEqual(['Provider not configured'])
  })

  it('end when the server is closed, and its socket is gone', async () => {
    const { host } = place.caller()
    await host.raw('/grpc.health.v1.Health/Check', nothing)
    const closed = new Promise((resolve) => host.session.once('close', resolve))
    await place.served.close()
    await closed
    const late = openHost(place.served.address)
    const failed = await new Promise<NodeJS.ErrnoException>((resolve) => late.session.once('error', resolve))
    expect(failed.code).toBe('ENOENT')
  })
})
