import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObjectValue } from '../../../src/schema/value.ts'
import { differing, type Stage, type StageOptions, startStage } from './stage.ts'

interface Lived {
  readonly type: string
  readonly config: ObjectValue
  /** Changes that must not need a new object. */
  readonly change: ObjectValue | undefined
  readonly importId: (state: ObjectValue) => string
  /** True if the default service keeps it when destroyed. */
  readonly remains?: boolean
}

const runs: readonly (StageOptions & { readonly name: string; readonly rolesUntold?: boolean })[] = [
  { name: 'the default service as a client', profile: 'default' },
  { name: 'the flipped service as a client', profile: 'flipped' },
  { name: 'the flipped service as client and user', profile: 'flipped', as: 'both' },
  {
    name: 'the default service as a user',
    profile: 'default',
    as: 'user',
    switches: { ownersMayConnect: true },
  },
  {
    name: 'grants by POST, enabling by PUT, masked and late',
    profile: 'default',
    rolesUntold: true,
    switches: {
      accessShape: 'path-post',
      enableShape: 'put',
      updateVerb: 'PUT',
      secretsServed: 'clear',
      createAnswer: 'empty',
      readLag: 2,
      currentUserPath: '/auth/me',
      readUser: false,
    },
  },
  {
    name: 'actions by PUT, domains derived, absence for lack of access',
    profile: 'default',
    switches: {
      enableShape: 'action-put',
      environmentDomain: 'optional',
      missingAccess: 'hidden',
      secretsServed: 'mask',
      createAnswer: 'location',
      configurationUpdate: 'partial',
      environmentDelete: 'cascade',
    },
  },
]

describe.each(runs)('against $name', (options) => {
  let stage: Stage
  let solution: ObjectValue
  let environment: ObjectValue
  let person: ObjectValue

  beforeAll(async () => {
    stage = await startStage(options)
    environment = await stage.create('tavio_environment', { name: 'Shared', domain: 'shared' })
    solution = await stage.data('tavio_solution', { name: 'Candidate export', environment: 'shared' })
    person = await stage.create('tavio_user', { email: 'Shared@Acme.example' })
  })
  afterAll(async () => {
    await stage.close()
  })

  const lives: readonly (Omit<Lived, 'config' | 'change'> & {
    make: () => Pick<Lived, 'config' | 'change'>
  })[] = [
    {
      type: 'tavio_environment',
      make: () => ({
        config: { name: 'Acme "🚀" ${x}\nCo', domain: 'acme', description: 'first' },
        change: { description: null, name: 'Acme' },
      }),
      importId: () => 'acme',
    },
    {
      type: 'tavio_user',
      make: () => ({
        config: { email: 'Ada@Acme.example', first_name: 'Ada', last_name: 'Lovelace' },
        change: { first_name: 'Augusta', last_name: null },
      }),
      importId: () => 'ada@acme.example',
      remains: true,
    },
    {
      type: 'tavio_organization_access',
      make: () => ({ config: { user_id: person['id'] ?? null, role: 'admin' }, change: undefined }),
      importId: () => 'shared@acme.example/admin',
    },
    {
      type: 'tavio_environment_access',
      make: () => ({
        config: { environment: 'shared', user_id: person['id'] ?? null, role: 'developer' },
        change: undefined,
      }),
      importId: (state) => `shared/${String(state['user_id'])}/developer`,
    },
  ]

  it.each(lives)('$type lives from create to delete', async ({ type, make, importId, remains }) => {
    const { config, change } = make()
    const made = await stage.create(type, config)
    expect(differing(made, (await stage.read(type, made)) ?? {}), 'create then read').toEqual([])
    expect(differing((await stage.plan(type, config, made)).planned, made), 'plan after apply').toEqual([])
    let current = made
    if (change !== undefined) {
      const changed = { ...config, ...change }
      current = await stage.update(type, changed, made)
      expect(current['id']).toEqual(made['id'])
      expect(differing(current, (await stage.read(type, current)) ?? {}), 'update then read').toEqual([])
      expect(differing((await stage.plan(type, changed, current)).planned, current)).toEqual([])
    }
    const imported = (await stage.import(type, importId(current))) ?? {}
    const final = { ...config, ...change }
    expect(
      differing((await stage.plan(type, final, imported)).planned, imported),
      'import then plan',
    ).toEqual([])
    await stage.delete(type, current)
    const unseen = options.rolesUntold === true && type === 'tavio_organization_access'
    if (remains !== true && !unseen) {
      expect(await stage.read(type, current), 'read after delete').toBeUndefined()
      await stage.delete(type, current)
    }
  })

  it('a configuration and a deployment live from create to delete', async () => {
    const id = solution['id'] ?? null
    const parameters = solution['parameters'] as readonly ObjectValue[]
    expect(parameters.length).toBeGreaterThan(0)
    const needed = parameters.filter((one) => one['required'] === true)
    const sample = (one: ObjectValue) =>
      one['type'] === 'boolean' ? 'true' : one['type'] === 'number' ? '7' : 'a text'
    const pick = (secret: boolean) =>
      Object.fromEntries(
        needed.filter((one) => one['secret'] === secret).map((one) => [String(one['key']), sample(one)]),
      )
    const config: ObjectValue = {
      environment: environment['domain'] ?? null,
      solution_id: id,
      name: 'export',
      values: pick(false),
      secret_values: pick(true),
    }
    const made = await stage.create('tavio_configuration', config)
    expect(made['secret_values']).toBeNull()
    expect(made['secret_fingerprint']).toMatch(/^hmac-sha256:/)
    expect(differing(made, (await stage.read('tavio_configuration', made)) ?? {})).toEqual([])
    expect(differing((await stage.plan('tavio_configuration', config, made)).planned, made)).toEqual([])

    const rotated: ObjectValue = {
      ...config,
      secret_values: { ...pick(true), [Object.keys(pick(true))[0] ?? '']: 'rotated!' },
    }
    const after = await stage.update('tavio_configuration', rotated, made)
    expect(after['secret_fingerprint']).not.toEqual(made['secret_fingerprint'])
    expect(differing((await stage.plan('tavio_configuration', rotated, after)).planned, after)).toEqual([])
    expect(JSON.stringify(after)).not.toContain('rotated!')

    const running: ObjectValue = {
      environment: 'shared',
      solution_id: id,
      configuration_ids: [made['id'] ?? null],
      name: 'export',
    }
    const deployed = await stage.create('tavio_deployment', running)
    expect(deployed['enabled']).toBe(true)
    expect(differing(deployed, (await stage.read('tavio_deployment', deployed)) ?? {})).toEqual([])
    expect(differing((await stage.plan('tavio_deployment', running, deployed)).planned, deployed)).toEqual([])
    const renamed = await stage.update('tavio_deployment', { ...running, name: 'other' }, deployed)
    expect([renamed['id'], renamed['name'], renamed['enabled']]).toEqual([deployed['id'], 'other', true])
    const off = await stage.update('tavio_deployment', { ...running, name: 'other', enabled: false }, renamed)
    expect(off['enabled']).toBe(false)
    const imported = (await stage.import('tavio_deployment', 'shared/other')) ?? {}
    expect(differing(imported, off)).toEqual([])
    await stage.update('tavio_deployment', running, off)

    await stage.delete('tavio_deployment', deployed)
    await stage.delete('tavio_deployment', deployed)
    await stage.delete('tavio_configuration', after)
  })

  it('an environment is deleted although a deployment in it is enabled', async () => {
    const domain = 'busy'
    const made = await stage.create('tavio_environment', { name: 'Busy', domain })
    const beat = await stage.data('tavio_solution', { name: 'Heartbeat', environment: 'shared' })
    const config = await stage.create('tavio_configuration', {
      environment: domain,
      solution_id: beat['id'] ?? null,
      name: 'b',
    })
    const deployed = await stage.create('tavio_deployment', {
      environment: domain,
      solution_id: beat['id'] ?? null,
      configuration_ids: [config['id'] ?? null],
      name: 'beat',
    })
    expect(deployed['enabled']).toBe(true)
    await stage.delete('tavio_environment', made)
    expect(await stage.read('tavio_environment', made)).toBeUndefined()
    expect(await stage.read('tavio_deployment', deployed)).toBeUndefined()
  })

  it('data sources tell what is there', async () => {
    const all = await stage.data('tavio_environments', {})
    expect((all['environments'] as readonly ObjectValue[]).map((one) => one['domain'])).toContain('shared')
    expect((await stage.data('tavio_environment', { domain: 'shared' }))['name']).toBe('Shared')
    const users = await stage.data('tavio_users', {})
    expect((users['users'] as readonly ObjectValue[]).length).toBeGreaterThan(1)
    expect((await stage.data('tavio_user', { email: 'shared@acme.example' }))['id']).toEqual(person['id'])
    const solutions = await stage.data('tavio_solutions', { environment: 'shared' })
    expect((solutions['solutions'] as readonly ObjectValue[]).length).toBe(5)
    if (options.as === 'user')
      expect((await stage.data('tavio_current_user', {}))['email']).toBe(stage.hub.ready.username)
  })
})
