// hubform show
import { resolve } from 'node:path'
import { hasChanges } from '../../engine/plan.ts'
import { planJson } from '../../review/json.ts'
import { learnPlan } from '../../review/plan-secrets.ts'
import { outputsText, recordText } from '../../review/state.ts'
import { stateJson } from '../../review/state-json.ts'
import { noLimits, usualLimits } from '../../review/view.ts'
import type { Backend } from '../../state/backend.ts'
import { localBackend } from '../../state/local/backend.ts'
import { readState } from '../../state/look.ts'
import { type State, sortedRecords } from '../../state/state.ts'
import { addStack } from '../options.ts'
import { openBackend, placeOfState } from '../places.ts'
import { isPlanFile, readPlanFile } from '../plan-store.ts'
import { showPlan } from '../planning.ts'
import { openStack } from '../project.ts'
import { readRecord } from '../read-record.ts'
import { learnEnvironment, learnSettings, learnState } from '../secrets.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly json: boolean
  readonly showAll: boolean
  readonly stack?: string
}

export const show: Verb = {
  define(command, act) {
    command.argument('[plan file]', 'a plan file; none: the state')
    addStack(command)
      .option('--json', "print it as JSON in Terraform's format; sensitive values are null", false)
      .option('--show-all', 'leave nothing out', false)
      .action((file: string | undefined, options: Options) =>
        act(
          (shell) => (file === undefined ? showState(shell, options) : showFile(shell, file, options)),
          options,
        ),
      )
  },
}

async function showFile(shell: Shell, file: string, options: Options): Promise<ExitCode> {
  learnEnvironment(shell.secrets, shell.env)
  const path = resolve(shell.cwd, file)
  if (!isPlanFile(path) && file.endsWith('.tfstate'))
    return showBackend(shell, localBackend({ path }), options)
  const { plan } = readPlanFile(file, shell)
  learnPlan(shell.secrets, plan)
  learnSettings(shell.secrets, plan)
  learnState(shell.secrets, plan.prior)
  if (options.json) shell.terminal.json(planJson(plan, { applyable: hasChanges(plan), read: readRecord }))
  else showPlan(shell, plan, options.showAll)
  return 0
}

async function showState(shell: Shell, options: Options): Promise<ExitCode> {
  const stack = await openStack(shell, options.stack, false)
  const backend = await openBackend(placeOfState(await stack.load(), shell.env), shell)
  return showBackend(shell, backend, options)
}

async function showBackend(shell: Shell, backend: Backend, options: Options): Promise<ExitCode> {
  const state = await readState(backend)
  learnState(shell.secrets, state)
  if (options.json)
    shell.terminal.json(stateJson({ outputs: state.outputs, records: sortedRecords(state).map(readRecord) }))
  else shell.terminal.say(stateText(shell, state, options.showAll) || 'The state is empty.')
  return 0
}

function stateText(shell: Shell, state: State, showAll: boolean): string {
  const limits = showAll ? noLimits : usualLimits
  const { palette } = shell.terminal
  const records = sortedRecords(state)
  const shown = showAll ? records : records.slice(0, 200)
  const left = records.length - shown.length
  const outputs = outputsText(state.outputs, palette, limits)
  return [
    ...shown.map((record) => recordText(record, palette, limits)),
    ...(left > 0 ? [`${left} more objects not shown. Use --show-all to see every one.`] : []),
    ...(outputs === '' ? [] : [`${palette.strong('Outputs:')}\n\n${outputs}`]),
  ].join('\n\n')
}
