// The same runs ended at the same calls, under Terraform with our provider: what its next run makes of it.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Gate, startEmulator } from '../../src/emulator/server.ts'
import { document } from '../support/customer.ts'
import { settingsOf } from '../support/hub.ts'
import { canonical } from './canonical.ts'
import type { TortureCase } from './cases.ts'

/** What came of a run that was killed and one more that nobody disturbed. */
export type Outcome =
  /** As if nothing had happened. */
  | 'recovered'
  /** The next run stops with an error: somebody has to import, remove or repair. */
  | 'needs a person'
  /** The next run succeeds, and the hub holds what no state knows of, or somebody was invited twice. */
  | 'orphaned or duplicated'
  /** The lock or the state cannot be used. */
  | 'locked'

export interface TerraformStage {
  /** How many calls may change the hub. */
  readonly writes: number
  play(write: number, when: 'arrived' | 'done' | 'answered'): Promise<Outcome>
  close(): Promise<void>
}

const plugin = fileURLToPath(new URL('../../dist/plugin/terraform-provider-tavio', import.meta.url))

/** Why Terraform cannot be compared here; undefined if it can. */
export function whyNotBeside(): string | undefined {
  return existsSync(plugin) ? undefined : `${plugin} is not built: npm run build`
}

interface Ended {
  readonly code: number | null
  readonly text: string
}

/** Sets up a case, and lets Terraform run it undisturbed to see how it must end. */
export async function openTerraform(one: TortureCase): Promise<TerraformStage> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-torture-tf-'))
  let gate: Gate = {}
  const { profile, switches } = one.hub ?? {}
  const hub = await startEmulator({
    ...(profile === undefined ? {} : { profile }),
    ...(switches === undefined ? {} : { switches }),
    gate: {
      arrived: (call) => gate.arrived?.(call) ?? false,
      done: () => gate.done?.() ?? false,
      answered: () => gate.answered?.(),
    },
  })
  const cliConfig = join(directory, 'cli.tfrc')
  const overrides = `dev_overrides { "hubform/tavio" = ${JSON.stringify(dirname(plugin))} }\n  direct {}`
  writeFileSync(cliConfig, `provider_installation {\n  ${overrides}\n}\n`)
  const project = join(directory, 'project')
  mkdirSync(project)
  const statePath = join(project, 'terraform.tfstate')
  const write = (blocks: ReturnType<TortureCase['after']>) =>
    writeFileSync(
      join(project, 'main.tf.json'),
      JSON.stringify({
        terraform: {
          required_providers: { tavio: { source: 'hubform/tavio' } },
        },
        // Terraform refuses blocks with nothing in them.
        ...(Object.keys(blocks).length === 0 ? {} : document(blocks)),
      }),
    )

  const start = (...args: string[]) => {
    const child = spawn('terraform', args, {
      cwd: project,
      // A group of its own, so that the plugin dies with it.
      detached: true,
      env: {
        ...process.env,
        ...settingsOf(hub, 'client'),
        TF_CLI_CONFIG_FILE: cliConfig,
        CHECKPOINT_DISABLE: '1',
        TF_IN_AUTOMATION: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text = (text + chunk).slice(-4_000)
      })
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, text }))
    })
    return {
      ended,
      async kill() {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
        await ended
        return true
      },
    }
  }
  const apply = () => start('apply', '-auto-approve', '-input=false', '-no-color', '-parallelism=1')
  const must = async (what: ReturnType<typeof start>) => {
    const { code, text } = await what.ended
    if (code !== 0) throw new Error(`${one.name}: terraform failed undisturbed: ${text}`)
  }

  write(one.before?.(hub) ?? {})
  if (one.before !== undefined) await must(apply())
  const begin = hub.tavio.snapshot()
  const kept = existsSync(statePath) ? readFileSync(statePath) : undefined
  write(one.after(hub))
  let writes = 0
  gate = {
    arrived(call) {
      if (call.writes) writes += 1
      return false
    },
  }
  await must(apply())
  gate = {}
  // What the service has set going arrives as it is looked at; it says nothing of what was lost.
  const settle = async () => {
    const isMoving = () => hub.tavio.tables.deployments.all().some(({ becomes }) => becomes !== undefined)
    for (let looks = 0; isMoving() && looks < 5; looks++)
      await must(start('plan', '-input=false', '-no-color'))
  }
  await settle()
  const invitations = () => hub.tavio.tables.invitations.all().map(({ to }) => to)
  const like = canonical([hub.tavio.comparable(), invitations()])

  return {
    writes,
    async play(write, when) {
      hub.tavio.restore(begin)
      for (const name of ['.backup', '']) rmSync(statePath + name, { force: true })
      if (kept !== undefined) writeFileSync(statePath, kept)
      let count = 0
      let armed = false
      const run = apply()
      gate = {
        arrived(call) {
          if (call.writes) count += 1
          armed = call.writes && count === write
          return armed && when === 'arrived' ? run.kill() : false
        },
        done: () => (armed && when === 'done' ? run.kill() : false),
        answered: () => {
          if (armed && when === 'answered') void run.kill()
        },
      }
      await run.ended
      gate = {}
      const next = await apply().ended
      if (next.code !== 0) return /state lock/i.test(next.text) ? 'locked' : 'needs a person'
      await settle()
      return canonical([hub.tavio.comparable(), invitations()]) === like
        ? 'recovered'
        : 'orphaned or duplicated'
    },
    async close() {
      await hub.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
