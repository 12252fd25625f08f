// hubform destroy
import { type DeployOptions, deploy } from '../deploy.ts'
import { addPlanOptions, addRunOptions, addStacks, addVariableOptions } from '../options.ts'
import type { Verb } from '../verb.ts'

export const destroy: Verb = {
  define(command, act) {
    addRunOptions(addVariableOptions(addPlanOptions(addStacks(command))))
      .option('--auto-approve', 'do not ask', false)
      .option('--json', "print messages as JSON, one a line, in Terraform's format", false)
      .addHelpText('after', '\nSee first what it would do with "hubform plan --destroy".')
      .action((stacks: readonly string[], options: DeployOptions) =>
        act(
          (shell) =>
            deploy(shell, {
              verb: 'destroy',
              stacks,
              options: { ...options, destroy: true, refreshOnly: false },
              backwards: true,
            }),
          { ...options, streams: true },
        ),
      )
  },
}
