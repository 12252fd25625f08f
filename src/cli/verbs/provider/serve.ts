// hubform provider serve
import { serveProvider } from '../../../protocol/serve.ts'
import type { Verb } from '../../verb.ts'
import { getPlugin, pluginNames } from './plugin.ts'

export const defineServe: Verb['define'] = (command, act) => {
  command
    .command('serve')
    .summary('Serve a provider to Terraform or OpenTofu until stopped')
    .description(
      'Serve a provider to Terraform or OpenTofu until stopped. Prints one line: the value for TF_REATTACH_PROVIDERS, with which those commands use this process instead of starting one. For debugging and for tests.',
    )
    .copyInheritedSettings(command)
    .argument('<name>', `the provider: ${pluginNames.join(', ')}`)
    .action((name: string) =>
      act(async (shell) => {
        const { terminal, stops, env } = shell
        const log = (fault: Error) =>
          terminal.complain(env['HUBFORM_DEBUG'] === '1' ? (fault.stack ?? '') : fault.message)
        const served = await serveProvider(getPlugin(name), { env, log })
        terminal.out(served.reattach)
        terminal.complain(
          `Serving ${name} at ${served.address}. Set TF_REATTACH_PROVIDERS to the line above; Ctrl-C ends it.`,
        )
        if (!stops.interrupt.aborted) {
          await new Promise<void>((resolve) =>
            stops.interrupt.addEventListener('abort', () => resolve(), { once: true }),
          )
        }
        await served.close()
        return 0
      }),
    )
}
