// The data sources of the Tavio Hub, read through the engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Blocks, customer, document, solutionId } from '../support/customer.ts'
import { type Json, text } from '../support/engine.ts'
import { type HubBench, type HubOptions, startHub } from '../support/hub.ts'

const variants: readonly { readonly name: string; readonly options: HubOptions }[] = [
  { name: 'the default service, as a client', options: {} },
  { name: 'the default service, as a user', options: { as: 'user', switches: { ownersMayConnect: true } } },
  { name: 'the flipped service', options: { profile: 'flipped' } },
  { name: 'the flipped service, as client and user', options: { profile: 'flipped', as: 'both' } },
]

describe.each(variants)('data sources against $name', ({ options }) => {
  let bench: HubBench
  let blocks: Blocks

  beforeAll(async () => {
    bench = await startHub(options)
    blocks = customer(bench.hub, 'acme')
    await bench.apply(document(blocks))
  })
  afterAll(async () => {
    await bench.close()
  })

  /** What a look-up gives, as an output of a second configuration. */
  const look = async (type: string, config: Json): Promise<Json> => {
    const wanted = {
      data: { [type]: { it: config } },
      output: { it: { value: `\${data.${type}.it}`, sensitive: true } },
    }
    const { plan, diagnostics } = await bench.plan({ ...document(blocks), ...wanted })
    if (plan === undefined) throw new Error(text(diagnostics))
    expect(plan.steps.filter((step) => step.address.mode === 'data')).toEqual([])
    // Outputs hold plain values; what is in them is compared by the tests.
    return plan.outputs[0]?.after as Json
  }
  const refused = async (type: string, config: Json): Promise<string> =>
    await look(type, config).then(
      () => '',
      (error: unknown) => String(error),
    )

  it('a solution is found by name and by id, with its parameters', async () => {
    const id = solutionId(bench.hub)
    const byName = await look('tavio_solution', { name: 'Candidate export', environment: 'acme' })
    expect(byName).toMatchObject({ id, version: '1.4.0', environment: 'acme' })
    expect(byName['parameters']).toContainEqual({
      key: 'apiKey',
      label: 'API key',
      type: 'string',
      required: true,
      secret: true,
      default: null,
    })
    expect(await look('tavio_solution', { id, environment: 'acme' })).toEqual(byName)
  })

  it('a solution that is not there is named, with one that is alike', async () => {
    expect(await refused('tavio_solution', { name: 'Candidate exports', environment: 'acme' })).toMatch(
      /Candidate exports.*Candidate export"/s,
    )
  })

  it('all solutions are listed', async () => {
    const { solutions } = await look('tavio_solutions', { environment: 'acme' })
    expect((solutions as Json[]).map((one) => one['name'])).toEqual(
      bench.hub.tavio.tables.solutions.all().map((one) => one.name),
    )
  })

  it('an environment is found by its domain', async () => {
    const found = await look('tavio_environment', { domain: 'acme' })
    expect(found).toMatchObject({ name: 'Customer acme', description: 'A customer', status: 'ACTIVE' })
    expect(await refused('tavio_environment', { domain: 'acmee' })).toContain('acmee')
  })

  it('all environments are listed', async () => {
    const { environments } = await look('tavio_environments', {})
    expect((environments as Json[]).map((one) => one['domain'])).toEqual(['acme'])
  })

  it('a user is found by e-mail address, whatever its case', async () => {
    const found = await look('tavio_user', { email: 'ADA@acme.example' })
    expect(found).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' })
    expect(found['roles']).toEqual(['admin'])
    expect(await refused('tavio_user', { email: 'eve@acme.example' })).toContain('eve@acme.example')
  })

  it('all users are listed', async () => {
    const { users } = await look('tavio_users', {})
    expect((users as Json[]).map((one) => one['email']).sort()).toEqual([
      'ada@acme.example',
      'owner@northwind.example',
    ])
  })

  it('the current user is who is signed in, and with a client alone there is none', async () => {
    if (options.as === undefined) {
      expect(await refused('tavio_current_user', {})).toContain(
        'Client credentials stand for no user: set "username" (TAVIO_USERNAME) and "password" (TAVIO_PASSWORD)',
      )
    } else {
      expect(await look('tavio_current_user', {})).toMatchObject({ email: 'owner@northwind.example' })
    }
  })
})
