import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Stack {
  readonly terraform: { readonly required_providers: object }
  readonly variable?: {
    readonly [name: string]: { readonly sensitive?: boolean; readonly default?: unknown }
  }
  readonly resource: {
    readonly [type: string]: { readonly [name: string]: { readonly [key: string]: unknown } }
  }
  readonly data: { readonly [type: string]: object }
  readonly output: object
}

const root = join(import.meta.dirname, '../..')
let outdir = ''

beforeAll(() => {
  if (!existsSync(join(root, 'dist/constructs/tavio.js'))) {
    throw new Error('Examples import the built package: run npm run build first.')
  }
  outdir = mkdtempSync(join(tmpdir(), 'hubform-examples-'))
})

afterAll(() => rmSync(outdir, { recursive: true, force: true }))

/** Runs an example as a user would, in a process of its own. */
function synth(example: string): Stack {
  const options = { cwd: root, env: { ...process.env, CDKTF_OUTDIR: outdir }, stdio: 'pipe' } as const
  execFileSync(process.execPath, [`examples/${example}.ts`], options)
  return JSON.parse(readFileSync(join(outdir, 'stacks', example, 'cdk.tf.json'), 'utf8')) as Stack
}

function counts(stack: Stack): { readonly [type: string]: number } {
  return Object.fromEntries(
    Object.entries(stack.resource).map(([type, it]) => [type, Object.keys(it).length]),
  )
}

describe('examples/customer.ts', () => {
  it('describes one customer with everything', () => {
    const stack = synth('customer')
    expect(stack.terraform.required_providers).toEqual({ tavio: { source: 'hubform/tavio' } })
    expect(counts(stack)).toEqual({
      tavio_environment: 1,
      tavio_user: 3,
      tavio_organization_access: 1,
      tavio_environment_access: 2,
      tavio_configuration: 2,
      tavio_deployment: 2,
    })
    expect(Object.keys(stack.data['tavio_solution'] ?? {})).toHaveLength(2)
    expect(Object.keys(stack.output)).toEqual(['acme'])
  })

  it('takes every secret from a sensitive variable without default', () => {
    const stack = synth('customer')
    const secrets = Object.values(stack.resource['tavio_configuration'] ?? {}).flatMap((it) =>
      Object.values(it['secret_values'] ?? {}),
    )
    expect(secrets).toHaveLength(2)
    for (const secret of secrets) {
      const name = /^\$\{var\.(\w+)\}$/.exec(String(secret))?.[1] ?? 'not a reference'
      expect(stack.variable?.[name]).toMatchObject({ sensitive: true })
      expect(stack.variable?.[name]).not.toHaveProperty('default')
    }
  })
})

describe('examples/fleet.ts', () => {
  it('describes the customers of its file, and one user who helps them all', () => {
    const stack = synth('fleet')
    expect(counts(stack)).toEqual({
      tavio_environment: 3,
      tavio_user: 3,
      tavio_environment_access: 5,
      tavio_configuration: 4,
      tavio_deployment: 4,
    })
    const domains = Object.values(stack.resource['tavio_environment'] ?? {}).map((it) => it['domain'])
    expect(domains).toEqual(['alpine', 'birch', 'cobalt'])
    expect(Object.keys(stack.output)).toEqual(['alpine', 'birch', 'cobalt'])
  })
})

describe('examples/plain', () => {
  it('uses variables, locals, count, for_each, a data source and outputs, and no app', () => {
    const text = readFileSync(join(root, 'examples/plain/main.tf.json'), 'utf8')
    const blocks = JSON.parse(text) as Stack & { readonly locals: object }
    expect(Object.keys(blocks)).toEqual(
      expect.arrayContaining(['variable', 'locals', 'data', 'resource', 'output']),
    )
    const all = Object.values(blocks.resource).flatMap((it) => Object.values(it))
    expect(all.some((it) => 'count' in it)).toBe(true)
    expect(all.some((it) => 'for_each' in it)).toBe(true)
  })
})
