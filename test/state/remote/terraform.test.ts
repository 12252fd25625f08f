// The real program on the same servers, with the same settings: one state, one lock, in both directions.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ObjectValue } from '../../../src/schema/value.ts'
import { type Backend, LockHeldError } from '../../../src/state/backend.ts'
import { decodeState, encodeState } from '../../../src/state/file.ts'
import { openStore } from '../../../src/state/open-store.ts'
import { makePlace } from '../../cli/hubform.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { startS3Server } from '../../support/s3-server.ts'
import { startStateServer } from '../../support/state-server.ts'
import { noTerraform, type Workspace, workspace } from '../../support/terraform.ts'

interface Server {
  readonly settings: ObjectValue
  isLocked(): boolean
  stop(): Promise<void>
}

const servers: { readonly kind: string; readonly name: string; readonly start: () => Promise<Server> }[] = [
  {
    kind: 'http',
    name: 'an HTTP server like GitLab',
    async start() {
      const server = await startStateServer({
        gitlab: true,
        credentials: { username: 'ada', password: 's3cret' },
      })
      const address = `${server.origin}/projects/1/terraform/state/prod`
      return {
        settings: {
          address,
          lock_address: `${address}/lock`,
          lock_method: 'POST',
          unlock_address: `${address}/lock`,
          unlock_method: 'DELETE',
          username: 'ada',
          password: 's3cret',
          retry_wait_min: 1,
        },
        isLocked: () => server.locks.size > 0,
        stop: server.stop,
      }
    },
  },
  {
    kind: 's3',
    name: 'a server like S3',
    async start() {
      const server = await startS3Server()
      return {
        settings: {
          bucket: server.bucket,
          key: 'team/prod',
          region: 'eu-central-1',
          endpoints: { s3: server.origin },
          access_key: 'ada',
          secret_key: 's3cret',
          use_path_style: true,
          use_lockfile: true,
          skip_credentials_validation: true,
          skip_region_validation: true,
          skip_requesting_account_id: true,
          skip_metadata_api_check: true,
        },
        isLocked: () => server.objects.has('team/prod.tflock'),
        stop: server.stop,
      }
    },
  },
]

describe.skipIf(noTerraform !== undefined).each(servers)(
  `together with Terraform on $name${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  ({ kind, start }) => {
    let server: Server
    let terraform: Workspace

    const setUp = async () => {
      server = await start()
      terraform = workspace({})
      terraform.write(configWith({ a: { input: 'one' } }))
      const { text } = await terraform.run('init', '-input=false')
      expect(text).toContain('successfully initialized')
    }
    const configWith = (objects: object) => ({
      terraform: { backend: { [kind]: server.settings } },
      resource: { terraform_data: objects },
    })
    const open = async (): Promise<Backend> =>
      (await openStore({ kind, settings: server.settings, directory: terraform.directory }, {})).open(
        'default',
      )

    afterEach(async () => {
      terraform.dispose()
      await server.stop()
    })

    it('we read what it wrote and write on, and it finds nothing to do', { timeout: 60_000 }, async () => {
      await setUp()
      await terraform.apply()
      const backend = await open()
      const lock = await backend.lock(lockInfo('ours'))
      const text = (await backend.read()) ?? ''
      const state = decodeState(text, { file: 'state' })
      expect([...state.records.keys()]).toEqual(['terraform_data.a'])
      await backend.append(['a line of a journal'])
      await backend.write(encodeState({ ...state, serial: state.serial + 1 }))
      await backend.clearJournal()
      await lock.release()
      expect(await terraform.plan()).toEqual([])
      // Not even its own copy of the backend's settings is of another mind.
      rmSync(join(terraform.directory, '.terraform'), { recursive: true })
      expect((await terraform.run('init', '-input=false')).text).toContain('successfully initialized')
      terraform.write(configWith({ a: { input: 'two' } }))
      await terraform.apply()
      const after = decodeState((await (await open()).read()) ?? '', { file: 'state' })
      expect(after.serial).toBeGreaterThan(state.serial + 1)
    })

    it('each finds nothing to do after the other', { timeout: 90_000 }, async () => {
      await setUp()
      const place = makePlace({})
      const hubform = (...args: readonly string[]) => place.hubform(...args, '--chdir', terraform.directory)
      await terraform.apply()
      const empty = await hubform('plan', '--detailed-exitcode')
      expect(empty.code, empty.stderr).toBe(0)
      terraform.write(configWith({ a: { input: 'two' }, b: { input: 'three' } }))
      const applied = await hubform('apply', '--auto-approve')
      expect(applied.code, applied.stderr).toBe(0)
      expect(await terraform.plan()).toEqual([])
      terraform.write(configWith({ b: { input: 'four' } }))
      await terraform.apply()
      expect((await hubform('plan', '--detailed-exitcode')).code).toBe(0)
      expect((await hubform('destroy', '--auto-approve')).code).toBe(0)
      expect(await terraform.plan()).toEqual(['create terraform_data.b'])
    })

    it('it is kept out while we hold the lock', { timeout: 60_000 }, async () => {
      await setUp()
      const lock = await (await open()).lock(lockInfo('our-id'))
      const { status, text } = await terraform.run('plan', '-input=false')
      expect(status).toBe(1)
      expect(text).toMatch(/Error acquiring the state lock[\s\S]*our-id/)
      await lock.release()
      expect(await terraform.plan()).toEqual(['create terraform_data.a'])
    })

    it('we are kept out while it holds the lock, and never take it over', { timeout: 60_000 }, async () => {
      await setUp()
      terraform.write(
        configWith({ a: { input: 'one', provisioner: [{ 'local-exec': { command: 'read line < go' } }] } }),
      )
      execFileSync('sh', ['-c', 'mkfifo go'], { cwd: terraform.directory })
      const applying = terraform.apply()
      await expect.poll(() => server.isLocked(), { timeout: 30_000 }).toBe(true)
      const backend = await open()
      const refused = await backend.lock(lockInfo('ours')).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(LockHeldError)
      expect((refused as LockHeldError).holder?.ID).toMatch(/^[0-9a-f-]{36}$/)
      execFileSync('sh', ['-c', 'echo > go'], { cwd: terraform.directory })
      await applying
      await (await backend.lock(lockInfo('ours'))).release()
    })

    it('its force-unlock breaks our lock, and we write no more', { timeout: 60_000 }, async () => {
      await setUp()
      await terraform.apply()
      const backend = await open()
      const lock = await backend.lock(lockInfo('our-id'))
      const { status, text } = await terraform.run('force-unlock', '-force', 'our-id')
      expect(status, text).toBe(0)
      terraform.write(configWith({ a: { input: 'two' } }))
      await terraform.apply()
      await expect(backend.write('{"serial": 100}')).rejects.toThrow('Lock on state lost')
      await lock.release()
      expect(await terraform.plan()).toEqual([])
    })
  },
)
