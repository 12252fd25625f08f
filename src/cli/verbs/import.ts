// hubform import
import { DiagnosticError } from '../../diagnostics.ts'
import { findForImport } from '../../engine/import.ts'
import { learnPaths } from '../../review/plan-secrets.ts'
import { recordKey } from '../../state/state.ts'
import { readInputs } from '../inputs.ts'
import { addRunOptions, addVariableOptions, type RunOptions, type VariableOptions } from '../options.ts'
import { engineOptions } from '../planning.ts'
import { makeProgress } from '../progress.ts'
import { openStack } from '../project.ts'
import { withSession } from '../sessions.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options extends RunOptions, VariableOptions {
  readonly stack?: string
}

export const importVerb: Verb = {
  define(command, act) {
    command
      .argument('<address>', 'where to record it: tavio_user.ada, quoted for your shell if it has a key')
      .argument('<id>', 'what names it in the service: ada@example.com, acme, acme/<id>')
      .option('--stack <name>', 'the stack to act on, if there are several')
    addRunOptions(addVariableOptions(command))
      .addHelpText(
        'after',
        '\nNothing in the service is changed. Write the block first; then plan shows how the object differs from it.',
      )
      .action((address: string, id: string, options: Options) =>
        act((shell) => importObject(shell, address, id, options)),
      )
  },
}

async function importObject(shell: Shell, address: string, id: string, options: Options): Promise<ExitCode> {
  const stack = await openStack(shell, options.stack, options.synth)
  const inputs = await readInputs(stack, options, shell)
  await shell.report(inputs.warnings)
  return withSession<ExitCode>(shell, {
    place: inputs.place,
    operation: 'OperationTypeImport',
    lockTimeout: options.lockTimeout,
    work: async (session) => {
      const progress = makeProgress(shell.terminal, 0, () => performance.now())
      const { record, diagnostics } = await findForImport({
        ...engineOptions(shell, options.parallelism, progress),
        config: inputs.config,
        variables: inputs.variables,
        workspace: inputs.place.workspace,
        state: session.state,
        address,
        id,
      }).finally(progress.end)
      if (record === undefined) throw new DiagnosticError(diagnostics)
      learnPaths(shell.secrets, record.attributes, record.sensitive)
      await shell.report(diagnostics)
      const records = new Map(session.state.records).set(recordKey(record), record)
      await session.save({ ...session.state, records })
      shell.terminal.say(`${address}: recorded. Run plan to see how it differs from the configuration.`)
      return 0
    },
  })
}
