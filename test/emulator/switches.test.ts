import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profileOf, switchNames, switchTable, type TavioSwitches } from '../../src/emulator/tavio/switches.ts'
import { type Hub, type Json, openHub } from './hub.ts'

let hub: Hub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.emulator.close())
beforeEach(async () => {
  hub.emulator.tavio.setSwitches(profileOf('default'))
  await hub.reset()
})

interface Row<K extends keyof TavioSwitches> {
  readonly because: string
  /** What a client sees. Called once for every position, on a freshly seeded hub. */
  readonly probe: () => Promise<unknown>
  /** What it must be, by position. */
  readonly sees: readonly (readonly [TavioSwitches[K], unknown])[]
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const clientForm = (extra: Record<string, string> = {}) => {
  const { client_id, client_secret } = hub.emulator.ready
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id,
    client_secret,
    ...extra,
  }).toString()
}
const token = (path: string, text: string) => hub.raw('POST', `/tavio${path}`, { text, headers: form })
const organizationToken = (text = clientForm()) =>
  token(
    hub.emulator.tavio.switches().tokenUrl === 'root' ? '/oauth/token' : '/v1/northwind/oauth/token',
    text,
  )

const environment = (extra: object = {}) =>
  hub.call('POST', '/environments', { body: { name: 'Acme', domain: 'acme', ...extra } })
const configuration = async (values: object = { apiKey: 'k', region: 'eu' }) => {
  await environment()
  const solutionId = hub.solution('Candidate export')
  const body = { solutionId, name: 'c', values }
  return (await hub.call('POST', '/environments/acme/configurations', { body })).body
}
const deploy = async () => {
  await environment()
  const body = { solutionId: hub.solution('Heartbeat'), configurationIds: [], name: 'd' }
  return hub.call('POST', '/environments/acme/deployments', { body })
}
const deployment = async () => `/environments/acme/deployments/${(await deploy()).body.id}`
const settle = async (path: string) => {
  for (let reads = 0; reads < 10; reads += 1) {
    const { body } = await hub.call('GET', path)
    if (!body.status.endsWith('ING')) return body
  }
  throw new Error('the transition does not end')
}
const invite = (extra: object = {}) =>
  hub.call('POST', '/users', { body: { email: 'a@b.example', ...extra } })
const owner = async () => hub.call('GET', '/me', { token: await hub.login() })
const statusOf = async (reply: Promise<{ status: number }>) => (await reply).status

const rows: { readonly [K in keyof TavioSwitches]: Row<K> } = {
  tokenUrl: {
    because: 'the token URL is not documented',
    probe: async () => [
      (await token('/v1/northwind/oauth/token', clientForm())).status,
      (await token('/oauth/token', clientForm())).status,
    ],
    sees: [
      ['organization', [200, 200]],
      ['root', [404, 200]],
    ],
  },
  tokenScope: {
    because: 'the wire value of the scope is not documented',
    probe: async () => [
      (await organizationToken()).status,
      (await organizationToken(clientForm({ scope: 'api.organization.admin' }))).status,
    ],
    sees: [
      ['optional', [200, 200]],
      ['required', [400, 200]],
    ],
  },
  tokenKey: {
    because: 'user tokens come as token, OAuth tokens as access_token',
    probe: async () => Object.keys((await organizationToken()).body)[0],
    sees: [
      ['access_token', 'access_token'],
      ['token', 'token'],
    ],
  },
  tokenErrors: {
    because: 'either error shape is plausible',
    probe: async () => Object.keys((await organizationToken(clientForm({ client_secret: 'x' }))).body),
    sees: [
      ['oauth', ['error', 'error_description']],
      ['service', ['status', 'error', 'message', 'path', 'timestamp']],
    ],
  },
  connectVerb: {
    because: 'the verb of connect is inferred',
    probe: async () => {
      const { token } = await member()
      return Promise.all(
        ['POST', 'PUT'].map((verb) => statusOf(hub.call(verb, '/environments/acme/connect', { token }))),
      )
    },
    sees: [
      ['POST', [200, 405]],
      ['PUT', [405, 200]],
    ],
  },
  connectContext: {
    because: 'the type of context is unknown',
    probe: async () => (await connectMember()).body.context,
    sees: [
      ['object', { orgDomain: 'northwind', envDomain: 'acme' }],
      ['string', 'northwind/acme'],
    ],
  },
  connectAcceptsAdmin: {
    because: 'there may be no user to connect',
    probe: async () => {
      await environment()
      return statusOf(hub.call('POST', '/environments/acme/connect', { token: await hub.admin() }))
    },
    sees: [
      [false, 401],
      [true, 200],
    ],
  },
  environmentAcceptsOrganizationUser: {
    because: 'a user may have to connect first',
    probe: async () => {
      const { token } = await member()
      return statusOf(hub.call('GET', '/environments/acme/deployments', { token }))
    },
    sees: [
      [false, 403],
      [true, 200],
    ],
  },
  environmentAcceptsAdmin: {
    because: 'an administrator token may end at the door of an environment',
    probe: async () => {
      await environment()
      return statusOf(hub.call('GET', '/environments/acme/deployments'))
    },
    sees: [
      [true, 200],
      [false, 403],
    ],
  },
  renewalEndsOldToken: {
    because: 'it is not said what becomes of the old token',
    probe: async () => {
      const token = await hub.login()
      const next = await hub.call('POST', '/auth/token/renew', { token })
      return [
        await statusOf(hub.call('GET', '/me', { token })),
        await statusOf(hub.call('GET', '/me', { token: next.body.token })),
      ]
    },
    sees: [
      [true, [401, 200]],
      [false, [200, 200]],
    ],
  },
  badCredentials: {
    because: 'the sample of a 401 says 400',
    probe: async () => {
      const bad = [
        await hub.call('POST', '/auth/login', { token: null, body: { username: 'x', password: 'y' } }),
        await hub.call('POST', '/auth/token/renew', { token: 'nonsense' }),
        await hub.call('POST', '/environments/acme/connect', { token: 'nonsense' }),
      ]
      return bad.map((reply) => `${reply.status} ${reply.body.status}`)
    },
    sees: [
      ['401', ['401 401', '401 401', '401 401']],
      ['400', ['400 400', '400 400', '400 400']],
      ['mismatch', ['401 400', '401 400', '401 400']],
    ],
  },
  missingAccess: {
    because: '404 may hide what one may not see',
    probe: async () => {
      await hub.call('POST', '/environments', { body: { name: 'Other', domain: 'other' } })
      const { token } = await member()
      return [
        await statusOf(hub.call('POST', '/environments/other/connect', { token })),
        await statusOf(hub.call('GET', '/environments/other', { token })),
        await statusOf(hub.call('GET', '/users', { token })),
      ]
    },
    sees: [
      ['split', [404, 403, 403]],
      ['hidden', [404, 404, 404]],
      ['forbidden', [403, 403, 403]],
    ],
  },
  updateVerb: {
    because: 'PUT or PATCH is inferred',
    probe: async () => {
      await environment({ description: 'kept' })
      const body = { name: 'New' }
      return [
        await statusOf(hub.call('PUT', '/environments/acme', { body })),
        await statusOf(hub.call('PATCH', '/environments/acme', { body })),
        (await hub.call('GET', '/environments/acme')).body.description,
      ]
    },
    sees: [
      ['PUT', [200, 405, '']],
      ['PATCH', [405, 200, 'kept']],
    ],
  },
  successCodes: {
    because: 'no success code is stated',
    probe: async () => {
      const path = await deployment()
      await settle(path)
      const { body: user } = await invite()
      const replies = [
        await environment({ domain: 'second' }),
        await hub.call('PUT', '/environments/second', { body: { name: 'B' } }),
        await hub.call('POST', `${path}/disable`),
        await hub.call('PUT', `/users/${user.id}/access/admin`),
        await hub.call('DELETE', `/users/${user.id}/access/admin`),
        await hub.call('DELETE', '/environments/second'),
      ]
      return replies.map((reply) => `${reply.status}${reply.body === undefined ? '' : ' body'}`)
    },
    sees: [
      ['strict', ['201 body', '200 body', '202 body', '204', '204', '204']],
      ['other', ['200 body', '204', '204', '200 body', '202', '202']],
    ],
  },
  listEnvelope: {
    because: 'no envelope is stated',
    probe: async () => {
      const { body } = await hub.call('GET', '/solutions?size=2&page=1')
      return Array.isArray(body) ? body.length : { ...body, content: body.content.length }
    },
    sees: [
      ['array', 5],
      ['page', { content: 2, totalElements: 5, totalPages: 3, number: 1, size: 2 }],
    ],
  },
  pageSize: {
    because: 'a client must follow pages of any size',
    probe: async () => {
      hub.emulator.tavio.setSwitches({ listEnvelope: 'page' })
      const { body } = await hub.call('GET', '/solutions')
      return [body.content.length, body.totalPages]
    },
    sees: [
      [20, [5, 1]],
      [7, [5, 1]],
      [2, [2, 3]],
    ],
  },
  listObjects: {
    because: 'lists of users are known to be partial',
    probe: async () => {
      await configuration()
      const solutionId = hub.solution('Heartbeat')
      await hub.call('POST', '/environments/acme/deployments', { body: { solutionId, configurationIds: [] } })
      const paths = ['/users', '/environments', '/solutions']
      const inside = ['/environments/acme/configurations', '/environments/acme/deployments']
      const objects = await Promise.all([...paths, ...inside].map((path) => hub.call('GET', path)))
      const keys = ['roles', 'description', 'parameters', 'values', 'configurationIds']
      return objects.map((reply, index) => (keys[index] ?? '') in reply.body[0])
    },
    sees: [
      ['partial', [false, false, false, false, false]],
      ['full', [true, true, true, true, true]],
    ],
  },
  currentUserPath: {
    because: 'the path is inferred',
    probe: async () => {
      const token = await hub.login()
      const replies = ['/me', '/users/me', '/auth/me'].map((path) => hub.call('GET', path, { token }))
      return (await Promise.all(replies)).map(({ status }) => status)
    },
    sees: [
      ['/me', [200, 404, 404]],
      ['/users/me', [404, 200, 404]],
      ['/auth/me', [404, 404, 200]],
    ],
  },
  readUser: {
    because: 'reading a user is not named anywhere',
    probe: async () => statusOf(hub.call('GET', `/users/${(await invite()).body.id}`)),
    sees: [
      [true, 200],
      [false, 405],
    ],
  },
  rolesAtCreate: {
    because: 'the body of a create is inferred',
    probe: async () => {
      const { status, body } = await invite({ roles: ['admin'] })
      return [status, body.roles]
    },
    sees: [
      ['accepted', [201, ['admin']]],
      ['refused', [400, undefined]],
      ['ignored', [201, []]],
    ],
  },
  duplicateUser: {
    because: 'a duplicate may be answered kindly',
    probe: async () => {
      const first = await invite()
      const second = await invite({ email: 'A@B.example' })
      return [second.status, second.body.id === first.body.id, hub.emulator.tavio.outbox().length]
    },
    sees: [
      ['conflict', [409, false, 1]],
      ['existing', [200, true, 1]],
    ],
  },
  roleShape: {
    because: 'the type of roles is unknown',
    probe: async () => (await owner()).body.roles,
    sees: [
      ['string', ['owner']],
      ['object', [{ name: 'owner' }]],
    ],
  },
  accessShape: {
    because: 'all wire detail of access is inferred',
    probe: async () => {
      const { body: user } = await invite()
      const path = `/users/${user.id}/access`
      const body = { role: 'admin' }
      return [
        await statusOf(hub.call('PUT', `${path}/admin`)),
        await statusOf(hub.call('POST', `${path}/admin`)),
        await statusOf(hub.call('POST', path, { body })),
        await statusOf(hub.call('DELETE', `${path}/admin`)),
        await statusOf(hub.call('DELETE', path, { body })),
      ]
    },
    sees: [
      ['path-put', [204, 405, 404, 204, 404]],
      ['body-post', [404, 404, 204, 404, 204]],
      ['path-post', [405, 204, 404, 204, 404]],
    ],
  },
  exclusiveRoles: {
    because: 'roles may displace each other',
    probe: async () => {
      const { body: user } = await invite({ roles: ['owner'] })
      await hub.call('PUT', `/users/${user.id}/access/admin`)
      return (await hub.call('GET', `/users/${user.id}`)).body.roles
    },
    sees: [
      [false, ['admin', 'owner']],
      [true, ['admin']],
    ],
  },
  thirdRoles: {
    because: 'the product names a third role on each level',
    probe: async () => {
      await environment()
      const { body: user } = await invite()
      return [
        await statusOf(hub.call('PUT', `/users/${user.id}/access/support`)),
        await statusOf(hub.call('PUT', `/environments/acme/users/${user.id}/access/specialist`)),
      ]
    },
    sees: [
      [false, [400, 400]],
      [true, [204, 204]],
    ],
  },
  environmentDomain: {
    because: 'the domain may be chosen or derived',
    probe: async () => {
      const bodies = [{ name: 'Big Shop' }, { name: 'Small Shop', domain: 'small' }]
      const replies = []
      for (const body of bodies) replies.push(await hub.call('POST', '/environments', { body }))
      return replies.map(({ status, body }) => body.domain ?? status)
    },
    sees: [
      ['required', [400, 'small']],
      ['optional', ['big-shop', 'small']],
      ['derived', ['big-shop', 400]],
    ],
  },
  environmentDelete: {
    because: 'nothing says what becomes of the content',
    probe: async () => {
      await deploy()
      const { status } = await hub.call('DELETE', '/environments/acme')
      const after = await hub.call('GET', '/environments/acme')
      return [status, after.status === 200 ? after.body.status : after.status]
    },
    sees: [
      ['refuse-enabled', [409, 'ACTIVE']],
      ['soft', [204, 'DELETED']],
      ['cascade', [204, 404]],
    ],
  },
  solutionScope: {
    because: 'solutions may belong to an environment',
    probe: async () => {
      await environment()
      return [
        await statusOf(hub.call('GET', '/solutions')),
        await statusOf(hub.call('GET', '/environments/acme/solutions')),
        await statusOf(hub.call('GET', `/environments/acme/solutions/${hub.solution('Heartbeat')}`)),
      ]
    },
    sees: [
      ['organization', [200, 404, 404]],
      ['environment', [404, 200, 200]],
    ],
  },
  readConfigurations: {
    because: 'reading is not among the documented verbs',
    probe: async () => {
      const { id } = await configuration()
      return [
        await statusOf(hub.call('GET', `/environments/acme/configurations/${id}`)),
        await statusOf(hub.call('GET', '/environments/acme/configurations')),
      ]
    },
    sees: [
      [true, [200, 200]],
      [false, [405, 405]],
    ],
  },
  secretsServed: {
    because: 'it is unknown whether secrets come back',
    probe: async () => {
      const { id } = await configuration()
      return (await hub.call('GET', `/environments/acme/configurations/${id}`)).body.values
    },
    sees: [
      ['null', { apiKey: null, region: 'eu' }],
      ['mask', { apiKey: '********', region: 'eu' }],
      ['clear', { apiKey: 'k', region: 'eu' }],
    ],
  },
  configurationUpdate: {
    because: 'an update may replace or merge',
    probe: async () => {
      const { id } = await configuration()
      const path = `/environments/acme/configurations/${id}`
      const partial = await hub.call('PUT', path, { body: { values: { batchSize: 1 } } })
      const full = await hub.call('PUT', path, { body: { values: { apiKey: 'l' } } })
      return [partial.status, Object.keys(full.body.values)]
    },
    sees: [
      ['full', [400, ['apiKey']]],
      ['partial', [200, ['apiKey', 'region', 'batchSize']]],
    ],
  },
  createdDeployment: {
    because: 'creating may or may not activate',
    probe: async () => {
      const { body } = await deploy()
      return [body.enabled, body.status]
    },
    sees: [
      ['enabled', [true, 'DEPLOYING']],
      ['disabled', [false, 'UNDEPLOYED']],
    ],
  },
  transitions: {
    because: 'enabling may take a while',
    probe: async () => {
      const created = await deploy()
      const path = `/environments/acme/deployments/${created.body.id}`
      await settle(path)
      const disabled = await hub.call('POST', `${path}/disable`)
      return [created.body.status, disabled.status, disabled.body.status]
    },
    sees: [
      ['asynchronous', ['DEPLOYING', 202, 'UNDEPLOYING']],
      ['synchronous', ['DEPLOYED', 200, 'UNDEPLOYED']],
    ],
  },
  transitionReads: {
    because: 'a client has to poll, not to guess',
    probe: async () => {
      const path = await deployment()
      const seen = []
      for (let read = 0; read < 3; read += 1) seen.push((await hub.call('GET', path)).body.status)
      return seen
    },
    sees: [
      [2, ['DEPLOYING', 'DEPLOYING', 'DEPLOYED']],
      [1, ['DEPLOYING', 'DEPLOYED', 'DEPLOYED']],
      [0, ['DEPLOYED', 'DEPLOYED', 'DEPLOYED']],
    ],
  },
  enableShape: {
    because: 'how enabling travels is inferred',
    probe: async () => {
      const { enableShape } = hub.emulator.tavio.switches()
      const path = await deployment()
      await settle(path)
      const ways = {
        'action-post': () => hub.call('POST', `${path}/disable`),
        'action-put': () => hub.call('PUT', `${path}/disable`),
        patch: () => hub.call('PATCH', path, { body: { enabled: false } }),
        put: () => hub.call('PUT', path, { body: { configurationIds: [], name: 'd', enabled: false } }),
      }
      const others = Object.entries(ways).filter(([name]) => name !== enableShape)
      for (const [, way] of others) expect((await way()).status).toBeGreaterThanOrEqual(400)
      expect((await hub.call('GET', path)).body.enabled).toBe(true)
      return [await statusOf(ways[enableShape]()), (await settle(path)).status]
    },
    sees: [
      ['action-post', [202, 'UNDEPLOYED']],
      ['patch', [202, 'UNDEPLOYED']],
      ['action-put', [202, 'UNDEPLOYED']],
      ['put', [202, 'UNDEPLOYED']],
    ],
  },
  deploymentsPerSolution: {
    because: 'a second deployment may be refused',
    probe: async () => {
      await deploy()
      return statusOf(deploy())
    },
    sees: [
      ['many', 201],
      ['one', 409],
    ],
  },
  deletes: {
    because: 'no delete of these is documented',
    probe: async () => {
      const { id } = await configuration()
      const path = await deployment()
      await settle(path)
      await hub.call('POST', `${path}/disable`)
      await settle(path)
      const paths = [path, `/environments/acme/configurations/${id}`, `/users/${(await invite()).body.id}`]
      const deleted = []
      for (const each of paths) deleted.push((await hub.call('DELETE', each)).status)
      return [deleted, await statusOf(hub.call('GET', path))]
    },
    sees: [
      [false, [[405, 405, 405], 200]],
      [true, [[204, 204, 204], 404]],
    ],
  },
  unknownFields: {
    because: 'a strict server refuses what it does not know',
    probe: () => statusOf(environment({ color: 'red' })),
    sees: [
      ['refused', 400],
      ['ignored', 201],
    ],
  },
  ownersMayConnect: {
    because: 'an owner may have no role in an environment',
    probe: async () => {
      await environment()
      return statusOf(hub.call('POST', '/environments/acme/connect', { token: await hub.login() }))
    },
    sees: [
      [false, 404],
      [true, 200],
    ],
  },
  createAnswer: {
    because: 'a create need not answer with the object',
    probe: async () => {
      const { body, headers } = await environment()
      return [body?.domain, headers.get('location')]
    },
    sees: [
      ['object', ['acme', null]],
      ['location', [undefined, '/tavio/v1/northwind/environments/acme']],
      ['empty', [undefined, null]],
    ],
  },
  readLag: {
    because: 'reads after a write may be late',
    probe: async () => {
      await environment()
      const read = () => statusOf(hub.call('GET', '/environments/acme'))
      const listed = (await hub.call('GET', '/environments')).body.length
      return [listed, await read(), await read()]
    },
    sees: [
      [0, [1, 200, 200]],
      [2, [0, 404, 200]],
    ],
  },
  deleteLag: {
    because: 'a delete may take a while',
    probe: async () => {
      await environment()
      await hub.call('DELETE', '/environments/acme')
      const listed = (await hub.call('GET', '/environments')).body.map((e: Json) => e.status)
      const read = await hub.call('GET', '/environments/acme')
      return [listed, read.status, await statusOf(hub.call('GET', '/environments/acme'))]
    },
    sees: [
      [0, [[], 404, 404]],
      [2, [['DELETING'], 200, 404]],
    ],
  },
}

async function member() {
  await environment()
  return hub.member('m@b.example', 'acme', 'developer')
}

async function connectMember() {
  const { token } = await member()
  return hub.call('POST', '/environments/acme/connect', { token })
}

describe.each(switchNames.map((name) => ({ name, row: rows[name] as Row<keyof TavioSwitches> })))(
  'switch $name',
  ({ name, row }) => {
    it.each(row.sees.map(([position, seen]) => ({ position, seen })))(
      'set to $position shows in what a client sees',
      async ({ position, seen }) => {
        hub.emulator.tavio.setSwitches({ [name]: position })
        expect(await row.probe(), row.because).toEqual(seen)
      },
    )

    it('has a row for every position', () => {
      const covered = row.sees.map(([position]) => position)
      for (const position of switchTable[name].positions) expect(covered).toContain(position)
    })
  },
)

it('an unknown switch or position changes nothing', async () => {
  const before = hub.emulator.tavio.switches()
  for (const wrong of [{ nonsense: 1 }, { deletes: 'yes' }, { deletes: true, readLag: -1 }, [], 7]) {
    expect((await hub.control('PUT', '/switches', wrong)).status, JSON.stringify(wrong)).toBe(400)
    expect(hub.emulator.tavio.switches()).toEqual(before)
  }
})

it('the flipped profile differs in every switch', () => {
  const [usual, flipped] = [profileOf('default'), profileOf('flipped')]
  expect(switchNames.filter((name) => usual[name] === flipped[name])).toEqual([])
})
