// hubform emulator
import { once } from 'node:events'
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { fail } from '../../diagnostics.ts'
import { describe, type Emulator, startEmulator } from '../../emulator/server.ts'
import { changeSwitches, profileOf, type SwitchProfile } from '../../emulator/tavio/switches.ts'
import { collect } from '../options.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly port: number
  readonly database?: string
  readonly profile: string
  readonly switch: readonly string[]
  readonly latency: number
}

export const emulator: Verb = {
  define(command, act) {
    command
      .option('--port <port>', 'the port to listen on; 0: any that is free', readWhole, 0)
      .option('--database <file>', 'keep everything in this SQLite file; without it, in memory')
      .option(
        '--profile <name>',
        'default, or flipped: every open question of the service answered the other way',
        'default',
      )
      .option('--switch <key=value>', 'answer one of them; may be repeated', collect, [])
      .option('--latency <ms>', 'how long every answer waits', readWhole, 0)
      .addHelpText(
        'after',
        '\nPrints one line of JSON when ready: addresses, organization, client and user to sign in with. None of them is a\nreal secret. Ends on Ctrl-C.',
      )
      .action((options: Options) => act((shell) => serve(shell, options), { json: true }))
  },
}

async function serve(shell: Shell, options: Options): Promise<ExitCode> {
  const profile = readProfile(options.profile)
  const switches = guarded('Invalid switch', () =>
    changeSwitches(profileOf(profile), Object.fromEntries(options.switch.map(readSwitch))),
  )
  const hub = await start(shell, options, profile, switches)
  try {
    if (options.latency > 0) hub.conditions.set({ latencyMs: options.latency })
    const ready = describe(hub)
    shell.terminal.out(JSON.stringify(ready))
    shell.terminal.say(`The hub answers at ${ready.systems.tavio}; Ctrl-C ends it.`)
    if (!shell.stops.interrupt.aborted) await once(shell.stops.interrupt, 'abort')
  } finally {
    await hub.close()
  }
  return 0
}

async function start(
  shell: Shell,
  { port, database }: Options,
  profile: SwitchProfile,
  switches: ReturnType<typeof profileOf>,
): Promise<Emulator> {
  const place = database === undefined ? {} : { database: resolve(shell.cwd, database) }
  try {
    return await startEmulator({ port, profile, switches, ...place })
  } catch (error) {
    return fail(
      'Emulator not started',
      `The hub could not start: ${(error as Error).message}.`,
      undefined,
      error,
    )
  }
}

function readProfile(text: string): SwitchProfile {
  if (text === 'default' || text === 'flipped') return text
  return fail('Unknown profile', `There is no profile "${text}". There are: default, flipped.`)
}

/** `pageSize=3`, `deletes=true`, `readLag=2`, `updateVerb=PATCH`. */
function readSwitch(text: string): readonly [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) fail('Invalid switch', `"${text}" is not of the form key=value.`)
  const name = text.slice(0, at)
  const value = text.slice(at + 1)
  // Some switches take texts that look like numbers; the usual position tells.
  const usual: unknown = Object.entries(profileOf('default')).find(([one]) => one === name)?.[1]
  return [name, typeof usual !== 'string' && /^(true|false|\d{1,9})$/.test(value) ? JSON.parse(value) : value]
}

function guarded<T>(summary: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return fail(summary, `${error.message}.`, undefined, error)
  }
}

function readWhole(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
