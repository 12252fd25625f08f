// What the examples say, as cases.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '../../support/engine.ts'
import type { Case } from '../case.ts'

const root = join(import.meta.dirname, '../../..')

/** Makes the cases; the apps among the examples are run for it. */
export function examples(): readonly Case[] {
  const folder = mkdtempSync(join(tmpdir(), 'hubform-stacks-'))
  try {
    const customer = synthesized('customer', folder)
    const fleet = synthesized('fleet', folder)
    const plain = read(join(root, 'examples/plain/main.tf.json'))
    const secrets = { invoice_client_secret: 'a secret', candidate_api_key: 'another secret' }
    const more = { candidate_api_key: 'a new secret', invoice_client_secret: 'a secret' }
    const stages = {
      test: { name: 'T', orders_url: 'https://t.example' },
      trial: { name: 'Trial', orders_url: 'https://r.example' },
    }
    return [
      example(
        'customer',
        { config: customer, vars: secrets },
        { config: customer, vars: more },
        { config: customer, vars: more, mode: 'destroy' },
      ),
      example('fleet', { config: fleet }, { config: fleet }, { config: fleet, mode: 'destroy' }),
      example(
        'plain',
        { config: plain, vars: { signing_key: 'a key' } },
        { config: plain, vars: { signing_key: '', testers: 1, stages } },
        { config: plain, vars: { signing_key: 'a key', testers: 3 }, mode: 'destroy' },
      ),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function example(name: string, ...steps: Case['steps']): Case {
  return { name: `the example ${name}`, because: 'what is shown must work everywhere', steps }
}

function synthesized(name: string, folder: string): Json {
  const env = { ...process.env, CDKTF_OUTDIR: folder }
  execFileSync(process.execPath, [`examples/${name}.ts`], { cwd: root, env, stdio: 'pipe' })
  const { terraform, ...stack } = read(join(folder, 'stacks', name, 'cdk.tf.json'))
  // The state must not go where the stack says, which is the folder of the app.
  const { backend: _, ...rest } = terraform as Json
  return { ...stack, terraform: rest }
}

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}
