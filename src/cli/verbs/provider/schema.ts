// hubform provider schema
import { providerSchemaJson } from '../../../provider/schema-json.ts'
import { providers } from '../../providers.ts'
import type { Verb } from '../../verb.ts'

export const defineSchema: Verb['define'] = (command, act) => {
  command
    .command('schema')
    .summary('Print all schemas as JSON')
    .description('Print all schemas in the format of "terraform providers schema -json".')
    .copyInheritedSettings(command)
    .option('--json', 'accepted: there is no other format', false)
    .action(() =>
      act(async (shell) => {
        shell.terminal.out(JSON.stringify(providerSchemaJson(Object.values(providers)), undefined, 2))
        return 0
      }),
    )
}
