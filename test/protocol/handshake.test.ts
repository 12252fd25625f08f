import { describe, expect, it } from 'vitest'
import { handshakeLine, readInvitation, reattachValue } from '../../src/protocol/handshake.ts'

const about = { name: 'tavio', source: 'hubform/tavio' }
const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'
const invited = { TF_PLUGIN_MAGIC_COOKIE: cookie, PLUGIN_PROTOCOL_VERSIONS: '5,6' }

describe('readInvitation', () => {
  it('tells a person what this is and what to do with it', () => {
    for (const env of [{}, { ...invited, TF_PLUGIN_MAGIC_COOKIE: 'other' }]) {
      const answer = readInvitation(env, about)
      if (answer.kind !== 'refuse') throw new Error('it was taken for a host')
      expect(answer.message).toContain('a plugin that Terraform or OpenTofu starts')
      expect(answer.message).toContain('tavio = { source = "hubform/tavio" }')
      expect(answer.message).toContain('hubform provider install')
    }
  })

  it('refuses a host that speaks older protocols only', () => {
    const answer = readInvitation({ ...invited, PLUGIN_PROTOCOL_VERSIONS: '4,5' }, about)
    expect(answer).toMatchObject({ kind: 'refuse', message: expect.stringContaining('asks for 4 or 5') })
  })

  it('takes what the host says of certificate, socket and multiplexing', () => {
    const env = {
      ...invited,
      PLUGIN_CLIENT_CERT: 'PEM',
      PLUGIN_UNIX_SOCKET_DIR: '/run/x',
      PLUGIN_MULTIPLEX_GRPC: 'true',
    }
    expect(readInvitation(env, about)).toEqual({
      kind: 'serve',
      clientCertificate: 'PEM',
      socketDirectory: '/run/x',
      asksForMultiplexing: true,
    })
    expect(readInvitation(invited, about)).toEqual({
      kind: 'serve',
      clientCertificate: undefined,
      socketDirectory: undefined,
      asksForMultiplexing: false,
    })
  })
})

describe('handshakeLine', () => {
  const place = { network: 'unix', address: '/tmp/s', asksForMultiplexing: false } as const
  it('has the certificate without padding, which hosts refuse', () => {
    for (const length of [1, 2, 3]) {
      const line = handshakeLine({ ...place, certificate: Buffer.alloc(length, 0xfb) })
      expect(line).toMatch(/^1\|6\|unix\|\/tmp\/s\|grpc\|[A-Za-z0-9+/]+\n$/)
    }
  })

  it('leaves the field empty without encryption', () => {
    expect(handshakeLine({ ...place, certificate: undefined })).toBe('1|6|unix|/tmp/s|grpc|\n')
  })

  it('says that there is no multiplexing to a host that asks', () => {
    const line = handshakeLine({ ...place, certificate: undefined, asksForMultiplexing: true })
    expect(line).toBe('1|6|unix|/tmp/s|grpc||false\n')
  })
})

it('reattachValue is what the environment variable has to hold', () => {
  const value = reattachValue(
    'registry.terraform.io/hubform/tavio',
    { network: 'unix', address: '/tmp/s' },
    7,
  )
  expect(JSON.parse(value)).toEqual({
    'registry.terraform.io/hubform/tavio': {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: 7,
      Test: true,
      Addr: { Network: 'unix', String: '/tmp/s' },
    },
  })
})
