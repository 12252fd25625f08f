// hubform synth
import { relative } from 'node:path'
import { fail } from '../../diagnostics.ts'
import { findAppFile } from '../app.ts'
import { synthesize } from '../project.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

export const synth: Verb = {
  define(command, act) {
    command
      .option('--json', 'print the stacks as JSON', false)
      .action((options: { readonly json: boolean }) => act((shell) => runSynth(shell, options.json), options))
  },
}

async function runSynth(shell: Shell, json: boolean): Promise<ExitCode> {
  const app = findAppFile(shell.cwd)
  if (app === undefined) {
    return fail(
      'No app found',
      `${shell.cwd} has no cdktf.json that names an app, as {"language": "typescript", "app": "node main.ts"} does.`,
    )
  }
  const stacks = await synthesize(app, shell, true)
  if (json) {
    shell.terminal.out(
      JSON.stringify(stacks.map(({ name, file, dependencies }) => ({ name, file, dependencies }))),
    )
  } else for (const { name, file } of stacks) shell.terminal.say(`${name}  ${relative(shell.cwd, file)}`)
  return 0
}
