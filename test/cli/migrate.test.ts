// States on their way between files and PostgreSQL, and real Terraform reading what has arrived.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { noTerraform, workspace } from '../support/terraform.ts'
import { makePlace, type Place } from './hubform.ts'

let server: Postgres
let connection: string
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  connection = await server.database()
})

const withPassword = () => connection.replace('hubform@', 'hubform:s3cret-pass@')
const pgPlace = () => JSON.stringify({ pg: { conn_str: withPassword() } })
const inDatabase = () => ({ terraform: { backend: { pg: { conn_str: withPassword() } } } })

const lineage = '11111111-2222-4333-8444-555555555555'
const stateAt = (serial: number, value: string) =>
  `${JSON.stringify({ version: 4, terraform_version: '1.11.4', serial, lineage, outputs: { o: { value, type: 'string' } }, resources: [], check_results: null }, undefined, 2)}\n`

async function pulled(place: Place): Promise<{ serial: number; lineage: string; outputs: object }> {
  const { stdout, stderr } = await place.hubform('state', 'pull')
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('hubform state migrate', () => {
  it('goes from a file to PostgreSQL and back, looks first, and leaves the source as it is', async () => {
    const place = makePlace({ 'main.tf.json': {}, 'terraform.tfstate': stateAt(7, 'a') })
    const dry = await place.hubform('state', 'migrate', '--dry-run', '--to', pgPlace())
    expect(dry.stdout).toMatch(
      /^Would copy the state from .*terraform\.tfstate to postgres:.*\(0 objects, serial 7\)\./,
    )
    expect(dry.stdout).toContain('This was a dry run: nothing was written.')

    const there = await place.hubform('state', 'migrate', '--to', pgPlace())
    expect(there).toMatchObject({ code: 0, stderr: '' })
    expect(there.stdout).toMatch(
      /^Copied the state from .* and read it back \(0 objects, serial 7\)\.\n\nWhat is at /,
    )
    expect(`${dry.stdout}${there.stdout}`).not.toContain('s3cret-pass')
    expect(readFileSync(join(place.directory, 'terraform.tfstate'), 'utf8')).toBe(stateAt(7, 'a'))
    expect((await place.hubform('state', 'migrate', '--to', pgPlace())).stdout).toContain('already')

    place.write('main.tf.json', inDatabase())
    expect(await pulled(place)).toMatchObject({ lineage, serial: 7, outputs: { o: { value: 'a' } } })
    place.write('target.json', { local: { path: 'deep/back.tfstate' } })
    expect((await place.hubform('state', 'migrate', '--to', 'target.json')).code).toBe(0)
    const back = join(place.directory, 'deep/back.tfstate')
    expect(JSON.parse(readFileSync(back, 'utf8'))).toEqual(JSON.parse(stateAt(7, 'a')))
    expect(statSync(back).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(place.directory, 'deep'))).toEqual(['back.tfstate'])
  })

  it('refuses what would lose something, and says how to have it all the same', async () => {
    const place = makePlace({ 'main.tf.json': {}, 'terraform.tfstate': stateAt(7, 'a') })
    await place.hubform('state', 'migrate', '--to', pgPlace())
    writeFileSync(join(place.directory, 'terraform.tfstate'), stateAt(6, 'older'))
    for (const more of [[], ['--dry-run']]) {
      const refused = await place.hubform('state', 'migrate', '--to', pgPlace(), ...more)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain('Error: State there is newer')
      expect(refused.stderr).toContain('--force')
    }
    const forced = await place.hubform('state', 'migrate', '--force', '--to', pgPlace())
    expect(forced.stdout).toContain('It replaced serial 7 with 0 objects, which is kept as backup.')
    const same = await place.hubform('state', 'migrate', '--to', '{"local":{}}')
    expect(same.stderr).toContain('Error: Same place twice')
  })

  it('takes all workspaces, or the chosen one, also one in which nothing is recorded', async () => {
    const place = makePlace({
      'main.tf.json': {},
      'terraform.tfstate': stateAt(7, 'usual'),
      'terraform.tfstate.d/blue/terraform.tfstate': stateAt(3, 'blue'),
      '.terraform/environment': 'blue',
    })
    expect((await place.hubform('workspace', 'new', 'bare')).code).toBe(0)
    expect((await place.hubform('workspace', 'select', 'blue')).code).toBe(0)
    const one = await place.hubform(
      'state',
      'migrate',
      '--to',
      '{"local":{"path":"x","workspace_dir":"one"}}',
    )
    expect(one.stdout).toMatch(/^blue: Copied/)
    expect(readdirSync(join(place.directory, 'one'))).toEqual(['blue'])

    const dry = await place.hubform('state', 'migrate', '--all-workspaces', '--dry-run', '--to', pgPlace())
    expect(dry.stdout).toContain('bare: Nothing is recorded. The workspace would be made.')
    const all = await place.hubform('state', 'migrate', '--all-workspaces', '--to', pgPlace())
    expect(all.stdout).toMatch(/^default: Copied.*\nbare: Nothing is recorded\..*\nblue: Copied/)
    place.write('main.tf.json', inDatabase())
    expect((await place.hubform('workspace', 'list')).stdout).toBe('  default\n  bare\n* blue\n')
    expect(await pulled(place)).toMatchObject({ serial: 3, outputs: { o: { value: 'blue' } } })
  })

  it.each([
    ['{"gcs":{}}', 'Error: Not handled yet'],
    ['{"pq":{}}', 'Did you mean "pg"?'],
    ['{"pg":{"con_str":"x"}}', 'Did you mean "conn_str"?'],
    ['[]', 'cannot be read'],
    ['{"pg"', 'must be a JSON object'],
    ['missing.json', 'Error: Unreadable file'],
  ])('says what is wrong with --to %s', async (to, words) => {
    const place = makePlace({ 'main.tf.json': {}, 'terraform.tfstate': stateAt(7, 'a') })
    const { code, stderr } = await place.hubform('state', 'migrate', '--to', to)
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain(words)
  })

  it.skipIf(noTerraform)(
    `Terraform goes on with what has arrived (${noTerraform ?? 'with the real one'})`,
    async () => {
      const config = {
        resource: { terraform_data: { a: { input: 'x' }, b: { input: '${terraform_data.a.id}' } } },
        output: { a: { value: '${terraform_data.a.id}' } },
      }
      const terraform = workspace({})
      onTestFinished(() => terraform.dispose())
      terraform.write(config)
      await terraform.run('init')
      await terraform.apply()
      const { id } = terraform.attributes('terraform_data.a')

      const place = makePlace({ 'main.tf.json': {} })
      const from = JSON.stringify({ local: { path: join(terraform.directory, 'terraform.tfstate') } })
      expect((await place.hubform('state', 'migrate', '--from', from, '--to', pgPlace())).code).toBe(0)

      const second = workspace({ PG_CONN_STR: connection })
      onTestFinished(() => second.dispose())
      second.write({ ...config, terraform: { backend: { pg: {} } } })
      expect((await second.run('init', '-input=false')).status).toBe(0)
      expect(await second.plan()).toEqual([])
      expect((await second.run('output', '-raw', 'a')).stdout).toBe(id)
      second.write({
        resource: { terraform_data: { a: { input: 'y' } } },
        terraform: { backend: { pg: {} } },
      })
      await second.apply()

      place.write('main.tf.json', inDatabase())
      const back = await place.hubform('state', 'migrate', '--to', from)
      expect(back, 'Terraform raised the serial').toMatchObject({ code: 0, stderr: '' })
      expect(terraform.attributes('terraform_data.a')['input']).toMatchObject({ value: 'y' })
      terraform.write({ resource: { terraform_data: { a: { input: 'y' } } } })
      expect(await terraform.plan()).toEqual([])
      expect(existsSync(join(terraform.directory, 'terraform.tfstate.backup'))).toBe(true)
    },
    60_000,
  )
})
