// hubform refresh
import { type DeployOptions, deploy } from '../deploy.ts'
import { addRunOptions, addStacks, addVariableOptions, collect } from '../options.ts'
import type { Verb } from '../verb.ts'

export const refresh: Verb = {
  define(command, act) {
    addRunOptions(addVariableOptions(addStacks(command)))
      .option(
        '--target <address>',
        'look at this resource and what it needs only; may be repeated',
        collect,
        [],
      )
      .option('--show-all', 'leave nothing out of a long list', false)
      .option('--json', "print messages as JSON, one a line, in Terraform's format", false)
      .addHelpText(
        'after',
        '\nRecords what is there in place of what was, without asking. To see it first: "hubform plan --refresh-only".',
      )
      .action((stacks: readonly string[], options: DeployOptions) =>
        act(
          (shell) =>
            deploy(shell, {
              verb: 'refresh',
              stacks,
              options: {
                ...options,
                autoApprove: true,
                refresh: true,
                refreshOnly: true,
                destroy: false,
                replace: [],
              },
            }),
          { ...options, streams: true },
        ),
      )
  },
}
