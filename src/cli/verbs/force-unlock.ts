// hubform force-unlock
import { addStack } from '../options.ts'
import { openBackend, placeOfState } from '../places.ts'
import { openStack } from '../project.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

export const forceUnlock: Verb = {
  define(command, act) {
    command.argument('<lock id>', 'as the error says that names the holder')
    addStack(command)
      .option('--force', 'accepted and ignored: nothing is asked')
      .addHelpText(
        'after',
        '\nOnly for a lock whose program is gone. The lock on a file or in PostgreSQL ends with its program by itself; one of\nHubform in S3 or on an HTTP server is taken over by a command that waits for it with --lock-timeout.',
      )
      .action((id: string, options: { readonly stack?: string }) =>
        act((shell) => unlock(shell, id, options.stack)),
      )
  },
}

async function unlock(shell: Shell, id: string, name: string | undefined): Promise<ExitCode> {
  const stack = await openStack(shell, name, false)
  const backend = await openBackend(placeOfState(await stack.load(), shell.env), shell)
  const holder = await backend.forceUnlock(id)
  const whose =
    holder === undefined
      ? 'Its holder left no word.'
      : `It was held by ${holder.Who} since ${holder.Created}.`
  shell.terminal.say(`The lock on ${backend.description} is broken. ${whose}`)
  return 0
}
