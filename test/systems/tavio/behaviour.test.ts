import { afterEach, describe, expect, it } from 'vitest'
import type { ObjectValue } from '../../../src/schema/value.ts'
import { UNKNOWN } from '../../../src/schema/value.ts'
import type { Writer } from '../../../src/systems/tavio/client.ts'
import { tavio } from '../../../src/systems/tavio/provider.ts'
import { differing, type Stage, type StageOptions, startStage } from './stage.ts'

const open: Stage[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})
async function setUp(options: StageOptions = {}): Promise<Stage> {
  const stage = await startStage(options)
  open.push(stage)
  return stage
}

async function solutionNamed(stage: Stage, name: string): Promise<string> {
  return String((await stage.data('tavio_solution', { name }))['id'])
}

const acme = { name: 'Acme', domain: 'acme' }
const secrets = { apiKey: 'k-123456' }

describe('settings', () => {
  const base = { organization: 'org', client_id: 'a', client_secret: 'b' }
  const configure = (settings: ObjectValue) =>
    tavio.configure({ settings, access: 'read', signal: new AbortController().signal, warn: () => undefined })
  it.each<[string, ObjectValue, RegExp]>([
    ['no organization', { ...base, organization: null }, /"organization" \(TAVIO_ORGANIZATION\)/],
    ['no credentials', { organization: 'org' }, /TAVIO_CLIENT_ID.*TAVIO_CLIENT_SECRET.*TAVIO_USERNAME/],
    ['half a client', { ...base, client_secret: null }, /"client_secret" is not set.*TAVIO_CLIENT_SECRET/],
    ['half a user', { ...base, password: 'x' }, /"username" is not set/],
  ])('%s: the message names setting and variable', (_name, settings, message) => {
    expect(() => configure(settings)).toThrow(message)
  })
  it('configuring asks nothing of the service', async () => {
    const connection = configure({ ...base, base_url: 'http://127.0.0.1:1' })
    expect(connection.usage()).toEqual({ reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 })
    await connection.close()
  })
  it('every attribute says whether the vendor documents it', () => {
    const kinds = [...Object.values(tavio.resources), ...Object.values(tavio.dataSources)]
    const silent = kinds.flatMap((kind) =>
      Object.entries(kind.schema.attributes)
        .filter(([, { evidence }]) => evidence === undefined)
        .map(([name]) => `${kind.type}.${name}`),
    )
    expect(silent).toEqual([])
  })
})

describe('a wrong organization', () => {
  it('is named, and drops nothing from state', async () => {
    const stage = await setUp({ settings: { organization: 'nowhere' } })
    const message = /404.*check "organization" \(TAVIO_ORGANIZATION\)/
    await expect(stage.create('tavio_environment', acme)).rejects.toThrow(message)
    await expect(stage.read('tavio_environment', { ...acme, id: 'x' })).rejects.toThrow(message)
    await expect(stage.read('tavio_user', { id: 'x' })).rejects.toThrow(message)
  })
})

describe('users', () => {
  it('an invitation is sent once', async () => {
    const stage = await setUp()
    await stage.create('tavio_user', { email: 'ada@acme.example' })
    expect(stage.hub.tavio.outbox()).toHaveLength(1)
  })

  it.each<[string, StageOptions]>([
    ['with a conflict', {}],
    ['with the user that exists', { switches: { duplicateUser: 'existing' } }],
  ])(
    'a service that answers a second create %s leads to an import, not to adoption',
    async (_name, options) => {
      const stage = await setUp(options)
      const config = { email: 'ada@acme.example' }
      await stage.create('tavio_user', config)
      const again = await startStage({ ...options })
      await again.close()
      const other = { ...config, email: 'ADA@acme.example' }
      await expect(stage.create('tavio_user', { email: stage.hub.ready.username })).rejects.toThrow(
        /import it by its e-mail/,
      )
      if (options.switches === undefined)
        await expect(stage.create('tavio_user', other)).rejects.toThrow(/exists already|already/)
    },
  )

  it('abandoning says what remains, deleting says when it cannot', async () => {
    const stage = await setUp()
    const made = await stage.create('tavio_user', { email: 'ada@acme.example' })
    await stage.delete('tavio_user', made)
    await stage.delete('tavio_user', { ...made, on_destroy: 'delete' })
    expect(stage.warnings).toEqual([
      expect.stringMatching(/User still exists: "ada@acme.example".*on_destroy is "abandon"/),
      expect.stringMatching(/User still exists: .*does not offer deleting/),
    ])
  })

  it('a change of on_destroy alone does not reach the service', async () => {
    const stage = await setUp()
    const made = await stage.create('tavio_user', { email: 'ada@acme.example' })
    const writes = stage.writer.usage().writes
    const after = await stage.update('tavio_user', { email: 'ada@acme.example', on_destroy: 'delete' }, made)
    expect(after['on_destroy']).toBe('delete')
    expect(stage.writer.usage().writes).toBe(writes)
  })

  it('the same address in another case is no change', async () => {
    const stage = await setUp()
    const made = await stage.create('tavio_user', { email: 'Ada@Acme.example' })
    const { planned, replace } = await stage.plan('tavio_user', { email: 'ada@acme.EXAMPLE' }, made)
    expect([differing(planned, made), replace]).toEqual([[], []])
  })
})

describe('grants', () => {
  it('a displaced role is told', async () => {
    const stage = await setUp({ switches: { exclusiveRoles: true } })
    const user = await stage.create('tavio_user', { email: 'ada@acme.example' })
    const grant = (role: string) =>
      stage.create('tavio_organization_access', { user_id: user['id'] ?? null, role })
    await grant('admin')
    await grant('owner')
    expect(stage.warnings).toEqual([
      expect.stringMatching(/Role displaced: Granting "owner".*took away "admin"/),
    ])
  })

  it('an unknown role is refused by the service, in its words', async () => {
    const stage = await setUp()
    const user = await stage.create('tavio_user', { email: 'ada@acme.example' })
    const config: ObjectValue = { user_id: user['id'] ?? null, role: 'emperor' }
    await expect(stage.create('tavio_organization_access', config)).rejects.toThrow(
      /Unknown role emperor.*check that/,
    )
  })

  it('roles that nobody tells are kept, with one warning', async () => {
    const stage = await setUp({ switches: { readUser: false } })
    const user = await stage.create('tavio_user', { email: 'ada@acme.example' })
    const found = await stage.read('tavio_organization_access', {
      user_id: user['id'] ?? null,
      role: 'admin',
    })
    expect(found?.['role']).toBe('admin')
    expect(stage.warnings).toEqual([expect.stringMatching(/Grants not verifiable/)])
  })

  it('grants of one user cost one read', async () => {
    const stage = await setUp()
    const user = await stage.create('tavio_user', { email: 'ada@acme.example' })
    const reader = stage.reader()
    const { signal } = new AbortController()
    const call = { client: reader.client, signal, warn: () => undefined, poll: async () => Promise.reject() }
    const read = async (role: string) =>
      await tavio.resources['tavio_organization_access']?.read({
        ...call,
        prior: { user_id: String(user['id']), role },
      } as never)
    await Promise.all([read('admin'), read('owner')])
    expect(reader.usage()).toMatchObject({ reads: 1, lists: 0 })
  })
})

describe('configurations', () => {
  async function made(options: StageOptions = {}) {
    const stage = await setUp(options)
    await stage.create('tavio_environment', acme)
    const { parameters, id } = await stage.data('tavio_solution', { name: 'Invoice sync' })
    return { stage, id: String(id), parameters: parameters as readonly ObjectValue[] }
  }
  const required = (parameters: readonly ObjectValue[], secret: boolean) =>
    Object.fromEntries(
      parameters
        .filter((one) => one['required'] === true && one['secret'] === secret)
        .map((one) => [
          String(one['key']),
          one['type'] === 'number' ? '7' : one['type'] === 'boolean' ? 'true' : 'text-1',
        ]),
    )

  it('every mistake is found at plan, with its path', async () => {
    const { stage, id } = await made()
    const config = { environment: 'acme', solution_id: id, values: { nonsense: 'x' } }
    const { diagnostics } = await stage.plan('tavio_configuration', config)
    expect(diagnostics.map((d) => d.where?.path?.[0])).toEqual(
      expect.arrayContaining(['values', 'secret_values']),
    )
    const unknown = await stage.plan('tavio_configuration', {
      environment: 'acme',
      solution_id: 'Invoice sync',
    })
    expect(unknown.diagnostics[0]?.detail).toMatch(/name of the solution.*tavio_solution looks one up/)
  })

  it('what is not known yet is not judged', async () => {
    const { stage, id } = await made()
    const config: ObjectValue = {
      environment: UNKNOWN,
      solution_id: id,
      values: UNKNOWN,
      secret_values: UNKNOWN,
    }
    expect((await stage.plan('tavio_configuration', config)).diagnostics).toEqual([])
    expect(
      (await stage.plan('tavio_configuration', { ...config, solution_id: UNKNOWN })).diagnostics,
    ).toEqual([])
  })

  it.each([{ fingerprint_key: null }, { fingerprint_key: 'k' }])(
    'an unchanged secret is no change, a changed one is (%o)',
    async (settings) => {
      const { stage, id, parameters } = await made({ settings })
      const base = { environment: 'acme', solution_id: id, name: 'n', values: required(parameters, false) }
      const config = { ...base, secret_values: required(parameters, true) }
      const state = await stage.create('tavio_configuration', config)
      expect(differing((await stage.plan('tavio_configuration', config, state)).planned, state)).toEqual([])
      const key = Object.keys(required(parameters, true))[0] ?? ''
      const other = { ...base, secret_values: { ...required(parameters, true), [key]: 'another' } }
      const { planned } = await stage.plan('tavio_configuration', other, state)
      expect(differing(planned, state)).toContain('secret_fingerprint')
      // A new salt gives another fingerprint each time, so without a key none can be promised.
      if (settings.fingerprint_key === null) expect(planned['secret_fingerprint']).toBe(UNKNOWN)
      else expect(planned['secret_fingerprint']).toMatch(/^hmac/)
    },
  )

  it('a value changed behind our back is drift, a secret is not', async () => {
    const { stage, id, parameters } = await made({ switches: { secretsServed: 'clear' } })
    const config = {
      environment: 'acme',
      solution_id: id,
      name: 'n',
      values: required(parameters, false),
      secret_values: required(parameters, true),
    }
    const state = await stage.create('tavio_configuration', config)
    const [open = ''] = Object.keys(config.values)
    const [hidden = ''] = Object.keys(config.secret_values)
    const writer = stage.writer.client as Writer
    const { signal } = new AbortController()
    const which = { environment: 'acme', id: String(state['id']) }
    const values = {
      ...config.values,
      ...config.secret_values,
      taxRate: 7,
      [open]: 'moved',
      [hidden]: 'stolen',
    }
    await writer.updateConfiguration(which, { values }, async () => undefined, signal)
    const after = await stage.read('tavio_configuration', state)
    expect(after?.['values']).toMatchObject({ [open]: 'moved' })
    expect(JSON.stringify(after)).not.toContain('stolen')
  })

  it('a removed value that the service keeps is told once, and is no endless drift', async () => {
    const { stage, id, parameters } = await made({ switches: { configurationUpdate: 'partial' } })
    const optional = parameters.find((one) => one['required'] !== true && one['secret'] !== true)
    expect(optional).toBeDefined()
    const key = String(optional?.['key'])
    const value = optional?.['type'] === 'boolean' ? 'true' : optional?.['type'] === 'string' ? 'extra' : '3'
    const base = {
      environment: 'acme',
      solution_id: id,
      name: 'n',
      secret_values: required(parameters, true),
    }
    const state = await stage.create('tavio_configuration', {
      ...base,
      values: { ...required(parameters, false), [key]: value },
    })
    const config = { ...base, values: required(parameters, false) }
    const after = await stage.update('tavio_configuration', config, state)
    expect(stage.warnings).toEqual([expect.stringContaining(`Values not removed: "${key}"`)])
    const read = (await stage.read('tavio_configuration', after)) ?? {}
    expect(differing((await stage.plan('tavio_configuration', config, read)).planned, after)).toEqual([])
  })

  it('one that cannot be read is kept as recorded', async () => {
    const { stage, id, parameters } = await made({ switches: { readConfigurations: false } })
    const config = {
      environment: 'acme',
      solution_id: id,
      name: 'n',
      values: required(parameters, false),
      secret_values: required(parameters, true),
    }
    const state = await stage.create('tavio_configuration', config)
    expect(differing((await stage.read('tavio_configuration', state)) ?? {}, state)).toEqual([])
    await expect(stage.import('tavio_configuration', 'acme/n')).rejects.toThrow(/neither reading nor listing/)
  })

  it('other secrets at apply than at plan are not sent', async () => {
    const { stage, id } = await made()
    const resource = tavio.resources['tavio_configuration']
    const planned = {
      environment: 'acme',
      solution_id: id,
      name: null,
      values: null,
      secret_fingerprint: 'hmac-sha256:x',
    }
    const { signal } = new AbortController()
    const before = stage.writer.usage().writes
    const call = {
      client: stage.writer.client,
      signal,
      warn: () => undefined,
      planned,
      config: { secret_values: secrets },
    }
    await expect(resource?.create(call as never)).rejects.toThrow(/Secrets differ from plan/)
    expect(stage.writer.usage().writes).toBe(before)
  })
})

describe('deployments', () => {
  async function beating(options: StageOptions = {}) {
    const stage = await setUp(options)
    await stage.create('tavio_environment', acme)
    const solution_id = await solutionNamed(stage, 'Heartbeat')
    const one = await stage.create('tavio_configuration', { environment: 'acme', solution_id, name: 'beat' })
    const config: ObjectValue = {
      environment: 'acme',
      solution_id,
      configuration_ids: [one['id'] ?? null],
      name: 'beat',
    }
    return { stage, config }
  }

  it('one that is wanted disabled ends disabled', async () => {
    const { stage, config } = await beating()
    const made = await stage.create('tavio_deployment', { ...config, enabled: false })
    expect([made['enabled'], made['status']]).toEqual([false, 'UNDEPLOYED'])
  })

  it('a second one of a solution is explained where the service keeps only one', async () => {
    const { stage, config } = await beating({ switches: { deploymentsPerSolution: 'one' } })
    await stage.create('tavio_deployment', config)
    await expect(stage.create('tavio_deployment', { ...config, name: 'two' })).rejects.toThrow(
      /import it as "acme\//,
    )
  })

  it('disabled behind our back is drift, and enabling repairs it', async () => {
    const { stage, config } = await beating()
    const made = await stage.create('tavio_deployment', config)
    await stage.update('tavio_deployment', { ...config, enabled: false }, made)
    const read = (await stage.read('tavio_deployment', made)) ?? {}
    expect(read['enabled']).toBe(false)
    expect((await stage.update('tavio_deployment', config, read))['enabled']).toBe(true)
  })

  it('a failure is an error that names it, shows as drift, and is repaired by the next apply', async () => {
    const { stage, config } = await beating()
    const made = await stage.create('tavio_deployment', config)
    const off = await stage.update('tavio_deployment', { ...config, enabled: false }, made)
    stage.hub.conditions.set({ failTransitions: 1 })
    await expect(stage.update('tavio_deployment', config, off)).rejects.toThrow(
      /Deployment failed: tavio_deployment .* \("beat"\) ended as "FAILED" on enabling/,
    )
    const read = (await stage.read('tavio_deployment', made)) ?? {}
    expect([read['enabled'], read['status']]).toEqual([false, 'FAILED'])
    expect((await stage.update('tavio_deployment', config, read))['status']).toBe('DEPLOYED')
  })

  it('one that fails while it is created is recorded, and not tried again behind the user', async () => {
    const { stage, config } = await beating()
    stage.hub.conditions.set({ failTransitions: 1 })
    await expect(stage.create('tavio_deployment', config)).rejects.toThrow(/ended as "FAILED"/)
    expect(stage.saved.at(-1)).toMatchObject({ environment: 'acme', id: expect.any(String) })
  })

  it('a word that nobody knows is named when the time is up', async () => {
    const { stage, config } = await beating({ settings: { deployed_statuses: ['LIVE'] } })
    await expect(
      stage.create('tavio_deployment', { ...config, timeouts: { create: '30s' } }),
    ).rejects.toThrow(/Waited 30 s.*"DEPLOYED".*deployed_statuses/)
  })

  it('destroying leaves it disabled and says so where it cannot be deleted', async () => {
    const { stage, config } = await beating()
    const made = await stage.create('tavio_deployment', config)
    await stage.delete('tavio_deployment', made)
    expect(stage.warnings.at(-1)).toMatch(/Deployment still exists: .*disabled/)
    expect((await stage.read('tavio_deployment', made))?.['status']).toBe('UNDEPLOYED')
  })
})

describe('lost answers', () => {
  it('an environment whose creation was committed but not answered is found and kept', async () => {
    const stage = await setUp()
    stage.hub.faults.add({ method: 'POST', route: 'createEnvironment', drop: 'after' })
    const made = await stage.create('tavio_environment', acme)
    expect(made['domain']).toBe('acme')
    expect(await stage.read('tavio_environment', made)).toEqual(made)
    expect(stage.hub.faults.list().map(({ fired }) => fired)).toEqual([1])
  })

  it('a user whose invitation may have been sent is found, and invited once', async () => {
    const stage = await setUp()
    stage.hub.faults.add({ method: 'POST', route: 'createUser', drop: 'after' })
    const made = await stage.create('tavio_user', { email: 'ada@acme.example' })
    expect(made['email']).toBe('ada@acme.example')
    expect(stage.hub.tavio.outbox()).toHaveLength(1)
    stage.hub.faults.add({ method: 'POST', route: 'createUser', drop: 'before' })
    await expect(stage.create('tavio_user', { email: 'eva@acme.example' })).rejects.toThrow(
      /Outcome of create unknown/,
    )
  })
})
