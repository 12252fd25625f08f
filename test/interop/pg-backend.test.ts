// One state in PostgreSQL, used by both programs.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { noTerraform } from '../support/terraform.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

interface Ended {
  readonly status: number | null
  readonly text: string
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  seen(text: string): Promise<void>
}

describe.skipIf(noTerraform !== undefined)(
  `a state in PostgreSQL and Terraform${noTerraform === undefined ? '' : ` (skipped: ${noTerraform})`}`,
  () => {
    let server: Postgres
    let directory: string
    let env: NodeJS.ProcessEnv

    beforeAll(async () => {
      server = await startPostgres()
    }, 60_000)
    afterAll(() => server.stop())

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'hubform-pg-tf-'))
      const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env
      const PG_CONN_STR = await server.database()
      env = { ...inherited, PG_CONN_STR, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', HOME: directory }
      write({ a: 1 })
    })
    afterEach(() => rmSync(directory, { recursive: true, force: true }))

    const write = (inputs: { readonly [name: string]: number }) =>
      writeFileSync(
        join(directory, 'main.tf.json'),
        JSON.stringify({
          terraform: { backend: { pg: {} } },
          resource: {
            terraform_data: Object.fromEntries(
              Object.entries(inputs).map(([name, input]) => [name, { input }]),
            ),
          },
          output: { a: { value: '${terraform_data.a.id}' }, at: { value: '${terraform.workspace}' } },
        }),
      )

    const start = (program: string, args: readonly string[]): Started => {
      const child = spawn(program, args, { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'] })
      let text = ''
      const looks: (() => void)[] = []
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          for (const look of looks) look()
        })
      return {
        child,
        ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, text }))),
        seen: (wanted) =>
          new Promise((resolve, reject) => {
            const look = () => text.includes(wanted) && resolve()
            looks.push(look)
            child.on('close', () => reject(new Error(`ended without "${wanted}": ${text}`)))
            look()
          }),
      }
    }
    const terraform = (...args: string[]) => start('terraform', args).ended
    const hubform = (...args: string[]) => start(process.execPath, [main, ...args]).ended
    const fine = async (ending: Promise<Ended>): Promise<string> => {
      const { status, text } = await ending
      if (status !== 0) throw new Error(`ended with ${status}: ${text}`)
      return text
    }
    const stateOf = async (program: typeof hubform) =>
      JSON.parse(await fine(program('state', 'pull'))) as { serial: number; lineage: string; resources: [] }

    it('is made by one and continued by the other', { timeout: 60_000 }, async () => {
      await fine(hubform('apply', '--auto-approve'))
      await fine(terraform('init', '-input=false'))
      await fine(terraform('plan', '-detailed-exitcode', '-input=false'))
      const ours = await stateOf(hubform)
      expect(await stateOf(terraform)).toEqual(ours)

      write({ a: 1, b: 2 })
      await fine(terraform('apply', '-auto-approve', '-input=false'))
      await fine(hubform('plan', '--detailed-exitcode'))
      const theirs = await stateOf(terraform)
      expect(theirs.lineage).toBe(ours.lineage)
      expect(theirs.serial).toBeGreaterThan(ours.serial)
      expect(theirs.resources).toHaveLength(2)

      await fine(hubform('destroy', '--auto-approve'))
      expect((await stateOf(terraform)).resources).toEqual([])
    })

    it('is locked for us while Terraform has it, and free when that is killed', {
      timeout: 60_000,
    }, async () => {
      await fine(terraform('init', '-input=false'))
      const asking = start('terraform', ['apply', '-no-color'])
      await asking.seen('Enter a value')
      const refused = await hubform('plan')
      expect(refused.status).toBe(1)
      expect(refused.text.replace(/\s+/g, ' ')).toMatch(
        /State is locked.*hubform@127\.0\.0\.1 is using the state/,
      )
      asking.child.kill('SIGKILL')
      await asking.ended
      await fine(hubform('apply', '--auto-approve', '--lock-timeout=10s'))
    })

    it.each([false, true])(
      'is locked for Terraform while we have it; made before: %s',
      { timeout: 60_000 },
      async (made) => {
        if (made) await fine(hubform('apply', '--auto-approve'))
        await fine(terraform('init', '-input=false'))
        const holder = start(process.execPath, [
          fileURLToPath(new URL('hold-pg.ts', import.meta.url)),
          env['PG_CONN_STR'] ?? '',
        ])
        await holder.seen('locked')
        const refused = await terraform('apply', '-auto-approve', '-input=false', '-no-color')
        expect(refused.status).toBe(1)
        expect(refused.text).toMatch(/already locked/i)
        holder.child.kill('SIGKILL')
        await holder.ended
        await fine(terraform('apply', '-auto-approve', '-input=false', '-lock-timeout=10s'))
      },
    )

    it('has the same workspaces', { timeout: 60_000 }, async () => {
      await fine(terraform('init', '-input=false'))
      await fine(hubform('apply', '--auto-approve'))
      await fine(terraform('workspace', 'new', 'blue'))
      expect(await fine(hubform('workspace', 'list'))).toMatch(/ {2}default\n\* blue\n/)
      await fine(hubform('apply', '--auto-approve'))
      expect(await fine(hubform('output', '--raw', 'at'))).toBe('blue\n')
      await fine(terraform('plan', '-detailed-exitcode', '-input=false'))
      await fine(hubform('workspace', 'new', 'green'))
      expect(await fine(terraform('workspace', 'list'))).toMatch(/ {2}default\n {2}blue\n\* green\n/)
      await fine(hubform('workspace', 'select', 'default'))
      const kept = await hubform('workspace', 'delete', 'blue')
      expect(kept.text.replace(/\s+/g, ' ')).toContain('Workspace is not empty')
      await fine(hubform('workspace', 'delete', 'green'))
      expect(await fine(terraform('workspace', 'list'))).toMatch(/\* default\n {2}blue\n/)
    })
  },
)
