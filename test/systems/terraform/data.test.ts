import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeState } from '../../../src/state/file.ts'
import { terraform } from '../../../src/systems/terraform/provider.ts'
import { actions, bench, text } from '../../support/engine.ts'

const config = (input: unknown, trigger: unknown = null) => ({
  resource: {
    terraform_data: {
      a: { input, triggers_replace: trigger },
      b: { input: '${terraform_data.a.output}' },
    },
  },
  output: { b: { value: '${terraform_data.b.output}' } },
})

describe('terraform_data', () => {
  it.each([
    ['text', 'hello'],
    ['number', 12.5],
    ['nested', { list: [1, 'two', true, null], map: { a: { b: [] } } }],
    ['set', '${toset(["b", "a"])}'],
  ])('keeps %s as it is, through output and state', async (_name, input) => {
    const { apply, plan } = bench(terraform)
    const result = await apply(config(input))
    expect(text(result.diagnostics)).toBe('')
    expect(actions(await plan(config(input)))).toEqual([])
    const changed = await apply(config('changed'))
    expect(actions(changed)).toEqual(['update terraform_data.a', 'update terraform_data.b'])
    expect(changed.state.outputs['b']?.value).toBe('changed')
  })

  it('is replaced when a trigger changes, and what refers to it follows', async () => {
    const { apply } = bench(terraform)
    await apply(config('x', [1]))
    const result = await apply(config('x', [2]))
    expect(actions(result)).toEqual(['replace terraform_data.a', 'update terraform_data.b'])
  })
})

const hasTerraform = (() => {
  try {
    execFileSync('terraform', ['version'], {
      stdio: 'ignore',
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasTerraform)(
  'terraform_data under Terraform (skipped where terraform is not installed)',
  () => {
    it('finds nothing to do on a state that was written here', async () => {
      const { apply } = bench(terraform)
      const written = { ...config({ list: [1, 'two', null], when: '${toset(["x"])}' }, { a: 1 }) }
      const { state } = await apply(written)
      const directory = mkdtempSync(join(tmpdir(), 'hubform-data-'))
      try {
        writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(written))
        writeFileSync(join(directory, 'terraform.tfstate'), encodeState(state))
        const run = (...args: string[]) =>
          execFileSync('terraform', args, {
            cwd: directory,
            encoding: 'utf8',
            env: { ...process.env, CHECKPOINT_DISABLE: '1' },
          })
        run('init', '-input=false')
        expect(run('plan', '-no-color', '-input=false', '-detailed-exitcode')).toContain('No changes.')
      } finally {
        rmSync(directory, { recursive: true })
      }
    })
  },
)
