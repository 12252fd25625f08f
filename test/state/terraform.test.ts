// With the real program, on its builtin terraform_data, so that nothing needs to be installed.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LockHeldError } from '../../src/state/backend.ts'
import { decodeState, encodeState } from '../../src/state/file.ts'
import { localBackend } from '../../src/state/local/backend.ts'
import { moveRecords } from '../../src/state/operations.ts'
import { emptyState, type ResourceRecord, recordKey, type State } from '../../src/state/state.ts'
import { lockInfo } from '../contract/lock-info.ts'

const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env
const env = { ...inherited, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }
const version = spawnSync('terraform', ['version'], { encoding: 'utf8', env }).stdout ?? ''
const missing = !/^Terraform v1\.1\d/m.test(version)

const config = {
  variable: { hidden: { default: 's3cret', sensitive: true } },
  resource: {
    terraform_data: {
      a: {
        input: { n: '${9007199254740993}', d: 0.1, e: 1e30, s: '<&>\u2028 é 🙂 $${x}', b: [true, null, {}] },
        lifecycle: { create_before_destroy: true },
      },
      b: { count: 11, input: '${terraform_data.a.id}' },
      c: {
        for_each: '${toset(["k", "z \\"q\\""])}',
        input: { '10': '${var.hidden}', '9': 'open', map: '${tomap({ x = var.hidden })}' },
        triggers_replace: ['${terraform_data.b[0].id}'],
      },
    },
  },
  check: { c: { assert: { condition: '${terraform_data.b[0].id != ""}', error_message: 'no id' } } },
  output: {
    whole: { value: '${terraform_data.a.output}' },
    hidden: { value: '${var.hidden}', sensitive: true },
  },
}

describe.skipIf(missing)(
  `together with Terraform${missing ? ' (skipped: no terraform 1.1x on the PATH)' : ''}`,
  () => {
    let directory: string
    let path: string

    const terraform = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('terraform', args, {
        cwd: directory,
        env,
        encoding: 'utf8',
      })
      return { status, text: stripVTControlCharacters(stdout + stderr), stdout }
    }
    const write = (content: object) => writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(content))
    const read = () => readFileSync(path, 'utf8')
    const decode = () => decodeState(read(), { file: path })
    const replace = async (state: State) => {
      const backend = localBackend({ path })
      const lock = await backend.lock(lockInfo('ours'))
      await backend.write(encodeState(state))
      await lock.release()
    }

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'hubform-terraform-'))
      path = join(directory, 'terraform.tfstate')
      write(config)
      expect(terraform('init').text).toContain('successfully initialized')
    })

    afterEach(() => rmSync(directory, { recursive: true }))

    it('we read its state and write the same bytes', { timeout: 30_000 }, () => {
      expect(terraform('apply', '-auto-approve').status).toBe(0)
      // One nested path is written in two spellings by us, as state does not say which of them it is.
      const spellings = (text: string) =>
        text.replaceAll(/"sensitive_attributes": \[[\s\S]*?\n {10}\]/g, '"sensitive_attributes": …')
      expect(spellings(encodeState(decode()))).toBe(spellings(read()))
    })

    it('it finds nothing to do on a state that we wrote', { timeout: 30_000 }, async () => {
      expect(terraform('apply', '-auto-approve').status).toBe(0)
      const moved = moveRecords(decode(), 'terraform_data.b', 'terraform_data.bb').state
      await replace({ ...moved, serial: moved.serial + 1 })
      const { b, c, ...rest } = config.resource.terraform_data
      const renamed = { ...rest, bb: b, c: { ...c, triggers_replace: ['${terraform_data.bb[0].id}'] } }
      const { check: _, ...unchecked } = config
      write({ ...unchecked, resource: { terraform_data: renamed } })
      const plan = terraform('plan', '-detailed-exitcode')
      expect(plan.status, plan.text).toBe(0)
      expect(terraform('state', 'list').stdout.split('\n')).toContain('terraform_data.bb[10]')
      const shown = JSON.parse(terraform('show', '-json').stdout) as {
        values: { root_module: { resources: { address: string; sensitive_values: unknown }[] } }
      }
      const address = 'terraform_data.c["z \\"q\\""]'
      expect(shown.values.root_module.resources.find((r) => r.address === address)?.sensitive_values).toEqual(
        {
          input: { '10': true, map: { x: true } },
          output: { map: {} },
          triggers_replace: [false],
        },
      )
    })

    it('it reads every part of a record that we made', { timeout: 30_000 }, async () => {
      const record: ResourceRecord = {
        address: { mode: 'managed', type: 'terraform_data', name: 'made', key: 'é"${x}' },
        provider: 'provider["terraform.io/builtin/terraform"]',
        tainted: true,
        schemaVersion: 0,
        attributes: { id: 'one', input: null, output: null, triggers_replace: null },
        sensitive: [['input', 'deep', 0, 'er']],
        private: 'e30=',
        dependencies: ['ephemeral.x.y', 'terraform_data.a'],
        createBeforeDestroy: true,
      }
      const deposed = { ...record, tainted: false, deposed: '0a1b2c3d' }
      const state: State = {
        ...emptyState,
        lineage: '11111111-2222-4333-8444-555555555555',
        serial: 7,
        outputs: { o: { value: ['x', 1], type: ['tuple', ['string', 'number']], sensitive: false } },
        records: new Map([record, deposed].map((one) => [recordKey(one), one])),
      }
      await replace(state)
      expect(terraform('state', 'list').stdout).toBe('terraform_data.made["é\\"$${x}"]\n')
      expect(terraform('output', '-json', 'o').stdout.trim()).toBe('["x",1]')
      const resources = (
        JSON.parse(terraform('show', '-json').stdout) as {
          values: { root_module: { resources: { tainted?: boolean; deposed_key?: string }[] } }
        }
      ).values.root_module.resources
      expect(resources.map((r) => [r.tainted, r.deposed_key])).toContainEqual([undefined, '0a1b2c3d'])
      expect(resources.map((r) => [r.tainted, r.deposed_key])).toContainEqual([true, undefined])
      const destroyed = terraform('apply', '-auto-approve', '-destroy')
      // Not the count at the end: Terraform counts objects of one address as one when they go at the same time.
      expect(destroyed.text).toContain('2 to destroy')
      expect(decode()).toMatchObject({ lineage: state.lineage, records: new Map(), outputs: {} })
    })

    it('it is kept out while we hold the lock, also after we wrote', { timeout: 30_000 }, async () => {
      const backend = localBackend({ path })
      const lock = await backend.lock({ ...lockInfo('our-id'), Info: 'ours' })
      const refused = /Error acquiring the state lock[\s\S]*ID: +our-id[\s\S]*Who: +ada@engine/
      expect(terraform('plan').text).toMatch(refused)
      await backend.write(encodeState({ ...emptyState, lineage: 'l', serial: 1 }))
      expect(terraform('plan').text).toMatch(refused)
      await lock.release()
      expect(terraform('plan').text).toContain('Plan: 14 to add')
    })

    it('we are kept out while it holds the lock, and learn who it is', { timeout: 30_000 }, async () => {
      const child = spawn('terraform', ['apply'], { cwd: directory, env, stdio: ['pipe', 'pipe', 'inherit'] })
      const ended = new Promise((resolve) => child.once('close', resolve))
      await new Promise<void>((resolve) => {
        let said = ''
        child.stdout.on('data', (text) => {
          said += String(text)
          if (said.includes('Enter a value:')) resolve()
        })
      })
      const refused = await localBackend({ path })
        .lock(lockInfo('ours'))
        .catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(LockHeldError)
      expect((refused as LockHeldError).holder?.Operation).toBe('OperationTypeApply')
      expect((refused as LockHeldError).pid).toBe(child.pid)
      child.stdin.end('no\n')
      await ended
      await (await localBackend({ path }).lock(lockInfo('ours'))).release()
    })
  },
)
