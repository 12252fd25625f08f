import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeConfiguration,
  decodeDeployment,
  decodeEnvironment,
  decodeError,
  decodeList,
  decodeSolution,
  decodeToken,
  decodeUser,
} from '../../../src/systems/tavio/wire.ts'

describe('answers are decoded in every plausible shape', () => {
  const cases: readonly { name: string; because: string; decoded: unknown; holds: object }[] = [
    {
      name: 'roles as texts',
      because: 'an array of strings is assumed',
      decoded: decodeUser({ roles: ['owner', 'ADMIN'] }),
      holds: { roles: ['owner', 'admin'] },
    },
    {
      name: 'roles as objects',
      because: 'their type is unknown',
      decoded: decodeUser({ roles: [{ name: 'owner', id: 3 }] }),
      holds: { roles: ['owner'] },
    },
    {
      name: 'no roles',
      because: 'a list does not tell, which is not the same as none',
      decoded: decodeUser({ id: 'u' }),
      holds: { roles: undefined },
    },
    {
      name: 'snake case, camel case and unknown keys',
      because: 'the vendor mixes both, and keys may be sent back',
      decoded: decodeUser({ first_name: 'A', lastName: 'B', invite_expired: true, color: 1 }),
      holds: { firstName: 'A', lastName: 'B', inviteExpired: true, raw: { color: 1 } },
    },
    {
      name: 'a token of a user',
      because: 'login, renew and connect use this key',
      decoded: decodeToken({ token: 't', expires_in: 3600, user: { id: 'u' } }),
      holds: { token: 't', expiresIn: 3600, user: { id: 'u' } },
    },
    {
      name: 'a token of a client',
      because: 'OAuth uses this key',
      decoded: decodeToken({ access_token: 't', expires_in: '60', token_type: 'Bearer' }),
      holds: { token: 't', expiresIn: 60 },
    },
    {
      name: 'the usual error',
      because: 'five keys are documented',
      decoded: decodeError({ status: 400, error: 'Bad Request', message: 'm', path: '/p', timestamp: 't' }),
      holds: { status: 400, error: 'Bad Request', message: 'm', path: '/p' },
    },
    {
      name: 'an OAuth error',
      because: 'the token call may use the shape of its standard',
      decoded: decodeError({ error: 'invalid_client', error_description: 'm' }),
      holds: { status: undefined, error: 'invalid_client', message: 'm' },
    },
    {
      name: 'an object in an envelope',
      because: 'some services wrap single objects too',
      decoded: decodeEnvironment({ data: { id: 1, envDomain: 'acme' } }),
      holds: { id: '1', domain: 'acme' },
    },
    {
      name: 'references as objects',
      because: 'a reference may come opened',
      decoded: decodeDeployment({
        id: 'd',
        solution: { id: 's' },
        configurations: [{ id: 'c' }],
        state: 'ON',
      }),
      holds: { solutionId: 's', configurationIds: ['c'], status: 'ON' },
    },
    {
      name: 'a list without configuration ids',
      because: 'unknown is not none',
      decoded: decodeDeployment({ id: 'd' }),
      holds: { configurationIds: undefined },
    },
    {
      name: 'values with secrets left out as null',
      because: 'a null is what the service says of a secret',
      decoded: decodeConfiguration({ id: 'c', values: { apiKey: null, n: 1 } }),
      holds: { values: { apiKey: null, n: 1 } },
    },
    {
      name: 'parameters of a solution',
      because: 'their field names are inferred',
      decoded: decodeSolution({ id: 's', parameters: [{ name: 'k', type: 'number', defaultValue: 5 }] }),
      holds: { parameters: [{ key: 'k', type: 'number', default: 5 }] },
    },
  ]
  it.each(cases)('$name', ({ decoded, holds, because }) => {
    expect(decoded, because).toMatchObject(holds)
  })

  it('nothing makes a decoder throw', () => {
    const decoders = [
      decodeUser,
      decodeEnvironment,
      decodeSolution,
      decodeDeployment,
      decodeToken,
      decodeError,
    ]
    fc.assert(
      fc.property(fc.anything(), (body) => {
        for (const decode of decoders) decode(body)
        decodeList(body, 'users')
      }),
    )
  })
})

describe('lists', () => {
  it.each(['content', 'items', 'data', 'results', 'users', 'people'])('under %s', (key) => {
    expect(decodeList({ [key]: [1, 2], n: 2 }, 'users')).toEqual({ items: [1, 2] })
  })

  it('bare', () => {
    expect(decodeList([1, 2], 'users')).toEqual({ items: [1, 2] })
  })

  it('tell their page only when they carry an envelope of pages', () => {
    const body = { content: [1], totalElements: 3, totalPages: 3, number: 1, size: 1 }
    expect(decodeList(body, 'users')?.page).toEqual({ number: 1, totalPages: 3, totalElements: 3 })
    const nested = { content: [1], page: { number: 1, total_pages: 3 } }
    expect(decodeList(nested, 'users')?.page).toEqual({ number: 1, totalPages: 3 })
  })

  it.each([[undefined], [null], ['text'], [{}], [{ a: [], b: [] }]])('%j is none', (body) => {
    expect(decodeList(body, 'users')).toBeUndefined()
  })
})
