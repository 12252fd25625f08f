import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { makePlace, type Result } from './hubform.ts'

let hub: Emulator
beforeAll(async () => {
  hub = await startEmulator()
})
afterAll(() => hub.close())

const secret = 'canary-"quoted"-${x}-77'

describe('secrets', () => {
  it('appear in no output of any verb, nor in a plan file; those in the settings in no file at all', async () => {
    const place = makePlace(
      {
        'main.tf.json': {
          terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
          variable: {
            hidden: { type: 'string', sensitive: true },
            kind: { type: 'string', default: 'developer' },
          },
          resource: {
            tavio_environment: { e: { name: '${var.hidden}', domain: 'acme' } },
            tavio_user: { u: { email: 'ada@example.com', first_name: '${var.hidden}', last_name: 'x' } },
            tavio_environment_access: {
              a: {
                environment: '${tavio_environment.e.domain}',
                user_id: '${tavio_user.u.id}',
                role: '${var.kind}',
              },
            },
          },
          output: { o: { value: '${tavio_environment.e.name}', sensitive: true } },
        },
        'terraform.tfvars.json': { hidden: secret },
      },
      hub,
    )
    const results: Result[] = []
    for (const line of [
      'validate',
      'plan --out p.hfplan',
      'plan --json',
      'show p.hfplan',
      'show --json p.hfplan',
      'plan --var kind=wrong',
      'apply --auto-approve --var kind=wrong',
      'apply --auto-approve --json',
      'plan --var hidden=canary-other-value',
      'show',
      'show --json',
      'output',
      'output --json',
      'state show tavio_user.u',
      'graph',
      'plan --destroy --json',
      'destroy --auto-approve',
    ])
      results.push(await place.hubform(...line.split(' ')))
    const said = results.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    const { client_secret, password } = hub.ready
    for (const text of ['canary', client_secret, password]) expect(said).not.toContain(text)
    expect(said).toContain('(sensitive value)')

    const files = readdirSync(place.directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(place.directory, name)).isFile())
      .map((name) => ({ name, text: readFileSync(join(place.directory, name), 'latin1') }))
    expect(files.filter(({ text }) => text.includes(client_secret) || text.includes(password))).toEqual([])
    const kept = files.filter(({ text }) => text.includes('canary')).map(({ name }) => name)
    // What is merely sensitive is in state, as Terraform keeps it, and where the user wrote it.
    expect(kept.every((name) => /tfstate|tfvars/.test(name))).toBe(true)
  })
})
