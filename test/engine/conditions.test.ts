import { describe, expect, it } from 'vitest'
import { terraform } from '../../src/systems/terraform/provider.ts'
import { bench, type Json } from '../support/engine.ts'

const rule = (condition: string) => ({ condition: `\${${condition}}`, error_message: 'It is ${1 + 1}.' })
const things = (resources: Json, rest: Json = {}) => ({ resource: { terraform_data: resources }, ...rest })
const results = (text: string | undefined) =>
  (JSON.parse(text ?? '') as { check_results: unknown }).check_results

describe('conditions', () => {
  it('stop a plan when they are known not to hold, with the words of the configuration', async () => {
    const { plan } = bench(terraform)
    const { plan: made, diagnostics } = await plan(
      things({ a: { input: 1, lifecycle: { postcondition: rule('self.input == 2') } } }),
    )
    expect(made).toBeUndefined()
    expect(diagnostics).toMatchObject([
      {
        summary: 'Resource postcondition failed',
        detail: 'It is 2.',
        where: { address: 'terraform_data.a' },
      },
    ])
  })

  it('that are known only when applying stop what stands on the object, and are recorded', async () => {
    const { plan, applyPlan, store } = bench(terraform)
    const { plan: made } = await plan(
      things(
        {
          a: { input: 1, lifecycle: { postcondition: rule('self.output == 2') } },
          b: { input: '${terraform_data.a.output}' },
        },
        { output: { o: { value: 1, precondition: rule('terraform_data.a.id != ""') } } },
      ),
    )
    expect(made?.checks.map(({ address, objects }) => [address, objects?.[0]?.status])).toEqual([
      ['output.o', 'unknown'],
      ['terraform_data.a', 'unknown'],
    ])
    if (made === undefined) throw new Error('there is a plan')
    const applied = await applyPlan(made)
    expect([...applied.state.records.keys()]).toEqual(['terraform_data.a'])
    expect(applied.diagnostics.map(({ summary }) => summary)).toContain('Resource postcondition failed')
    expect(results(store.text)).toMatchObject([
      { object_kind: 'output', status: 'pass' },
      { object_kind: 'resource', status: 'fail', objects: [{ failure_messages: ['It is 2.'] }] },
    ])
  })

  it('of a check are told, and stop nothing', async () => {
    const { plan, applyPlan, store } = bench(terraform)
    const { plan: made } = await plan(
      things({ a: { input: 1 } }, { check: { c: { assert: rule('terraform_data.a.output == 2') } } }),
    )
    if (made === undefined) throw new Error('there is a plan')
    const { diagnostics } = await applyPlan(made)
    expect(diagnostics).toMatchObject([
      { severity: 'warning', summary: 'Check assertion failed', detail: 'It is 2.' },
    ])
    expect(results(store.text)).toMatchObject([{ object_kind: 'check', status: 'fail' }])
  })
})
