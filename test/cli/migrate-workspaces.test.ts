// All workspaces of a place on their way round: from files to S3, to PostgreSQL and back, sealed on the way.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EveryServer, startEveryServer } from '../support/every-place.ts'
import { makePlace } from './hubform.ts'

let servers: EveryServer
beforeAll(async () => {
  servers = await startEveryServer()
}, 60_000)
afterAll(() => servers.stop(), 60_000)

const secret = 'recognisable-5d3e'
const stateAt = (serial: number, workspace: string) => ({
  version: 4,
  terraform_version: '1.11.4',
  serial,
  lineage: `lineage-of-${workspace}`,
  outputs: { o: { value: `${secret}-${workspace}`, type: 'string' } },
  resources: [],
  check_results: null,
})

describe('all workspaces', () => {
  it('go from files to S3, to PostgreSQL and back, and keep name, content, lineage and serial', async () => {
    const place = makePlace({
      'main.tf.json': {},
      'terraform.tfstate': stateAt(7, 'default'),
      'terraform.tfstate.d/blue/terraform.tfstate': stateAt(3, 'blue'),
      'terraform.tfstate.d/green/terraform.tfstate': stateAt(5, 'green'),
    })
    const hubform = place.within({ ...place.env, HUBFORM_STATE_KEY: `k:${'ab'.repeat(32)}` })
    const [s3, pg] = [await servers.make('s3'), await servers.make('pg')]
    const back = { path: 'back/hub.tfstate', workspace_dir: 'back/others' }
    const stops: readonly [string, object][] = [
      ['s3', s3.settings],
      ['pg', pg.settings],
      ['local', back],
    ]
    for (const [kind, settings] of stops) {
      const moved = await hubform(
        'state',
        'migrate',
        '--all-workspaces',
        '--to',
        JSON.stringify({ [kind]: settings }),
      )
      expect(moved.code, moved.stderr).toBe(0)
      for (const [name, serial] of [
        ['default', 7],
        ['blue', 3],
        ['green', 5],
      ])
        expect(moved.stdout).toMatch(
          new RegExp(`^${name}: Copied the state .*\\(0 objects, serial ${serial}\\)`, 'm'),
        )
      place.write('main.tf.json', { terraform: { backend: { [kind]: settings } } })
    }
    for (const at of [s3, pg])
      expect([...(await at.kept())].filter(([, text]) => text.includes(secret))).toEqual([])

    const decrypted = await hubform('state', 'decrypt')
    expect(decrypted.code, decrypted.stderr).toBe(0)
    expect(JSON.parse(readFileSync(join(place.directory, back.path), 'utf8'))).toEqual({
      ...stateAt(8, 'default'),
      terraform_version: expect.any(String),
    })
    expect((await hubform('workspace', 'list')).stdout).toBe('* default\n  blue\n  green\n')
    expect((await hubform('workspace', 'select', 'green')).code).toBe(0)
    expect(JSON.parse((await hubform('state', 'pull')).stdout)).toMatchObject({
      ...stateAt(5, 'green'),
      terraform_version: expect.any(String),
    })
  }, 60_000)

  it('do not fit where there is one state only, which is said before anything is written', async () => {
    const place = makePlace({
      'main.tf.json': {},
      'terraform.tfstate': stateAt(7, 'default'),
      'terraform.tfstate.d/blue/terraform.tfstate': stateAt(3, 'blue'),
    })
    const web = await servers.make('http')
    const refused = await place.hubform(
      'state',
      'migrate',
      '--all-workspaces',
      '--to',
      JSON.stringify({ http: web.settings }),
    )
    expect(refused.code).toBe(1)
    expect(refused.stderr.replace(/\s+/g, ' ')).toMatch(
      /Error: No workspaces there .*there are 2 workspaces: default, blue/,
    )
    expect(await web.kept()).toEqual(new Map())
    expect((await place.hubform('workspace', 'select', 'blue')).code).toBe(0)
    const one = await place.hubform('state', 'migrate', '--to', JSON.stringify({ http: web.settings }))
    expect(one.code, one.stderr).toBe(0)
    expect([...(await web.kept()).values()].join()).toContain(`${secret}-blue`)
  }, 60_000)
})
