import { describe, expect, it } from 'vitest'
import type { WrittenBlock } from '../../src/engine/written.ts'
import { configurationJson } from '../../src/review/configuration-json.ts'
import { plan } from './sample.ts'

function block(parts: Partial<WrittenBlock>): WrittenBlock {
  return {
    address: { mode: 'managed', type: 'tavio_user', name: 'ada' },
    provider: 'tavio',
    schemaVersion: 0,
    body: {},
    secret: [],
    dependsOn: [],
    ...parts,
  }
}

function written(value: object): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('configuration in plan JSON', () => {
  it('keeps references of secret arguments, and nothing that is written out', () => {
    const body = {
      email: 'a@example.com',
      password: {
        literal: 'canary',
        mixed: 'canary-${var.p}',
        reference: '${var.p["k"]}',
        call: '${upper("canary")}',
      },
    }
    const json = written(
      configurationJson(
        plan({ written: { ...plan({}).written, resources: [block({ body, secret: ['password'] })] } }),
      ),
    )
    expect(json).toMatchObject({
      root_module: {
        resources: [
          {
            address: 'tavio_user.ada',
            provider_config_key: 'tavio',
            expressions: {
              email: { constant_value: 'a@example.com' },
              password: {
                constant_value: { literal: null, mixed: null, reference: '${var.p["k"]}', call: null },
                references: ['var.p', 'var.p["k"]', 'var.p'],
              },
            },
          },
        ],
      },
    })
    expect(JSON.stringify(json)).not.toContain('canary')
  })

  it('tells providers by alias, source and constraint, and hides their secret settings', () => {
    const source = 'registry.terraform.io/hubform/tavio'
    const body = { base_url: 'https://x', client_secret: 'canary' }
    const other = {
      name: 'tavio',
      alias: 'other',
      source,
      version: '~> 1.0',
      body,
      secret: ['client_secret'],
    }
    const json = written(
      configurationJson(plan({ written: { ...plan({}).written, providers: { 'tavio.other': other } } })),
    )
    expect(json).toEqual({
      provider_config: {
        'tavio.other': {
          name: 'tavio',
          full_name: source,
          alias: 'other',
          version_constraint: '~> 1.0',
          expressions: {
            base_url: { constant_value: 'https://x' },
            client_secret: { constant_value: null },
          },
        },
      },
      root_module: {},
    })
  })

  it('has data sources after resources, and no defaults of sensitive variables', () => {
    const data = block({ address: { mode: 'data', type: 'tavio_solution', name: 'a' } })
    const json = written(
      configurationJson(
        plan({
          written: {
            ...plan({}).written,
            resources: [data, block({})],
            variables: {
              v: { default: 'canary', description: '', sensitive: true },
              w: { default: null, description: 'W', sensitive: false },
            },
          },
        }),
      ),
    ) as { root_module: { resources: readonly { address: string }[]; variables: unknown } }
    expect(json.root_module.resources.map((one) => one.address)).toEqual([
      'tavio_user.ada',
      'data.tavio_solution.a',
    ])
    expect(json.root_module.variables).toEqual({
      v: { default: null, sensitive: true },
      w: { default: null, description: 'W' },
    })
  })
})
