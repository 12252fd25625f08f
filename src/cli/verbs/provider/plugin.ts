// Providers that Terraform and OpenTofu can be given.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fail } from '../../../diagnostics.ts'
import type { Provider } from '../../../provider/provider.ts'
import { didYouMean } from '../../../schema/suggest.ts'
import { tavio } from '../../../systems/tavio/provider.ts'

const plugins: { readonly [name: string]: Provider } = { tavio }

/** For help: the names there are. */
export const pluginNames = Object.keys(plugins)

/** Throws a diagnostic with a suggestion. */
export function getPlugin(name: string): Provider {
  const found = Object.hasOwn(plugins, name) ? plugins[name] : undefined
  if (found !== undefined) return found
  return fail(
    'Unknown provider',
    `There is no provider "${name}" to run under Terraform.${didYouMean(name, pluginNames)} There are: ${pluginNames.join(', ')}.`,
  )
}

/**
 * Path of the executable that was built for a provider: the script, or the one that has Node in it. Throws a diagnostic
 * when it was not built.
 */
export function executableOf(provider: Provider, form: 'script' | 'self-contained'): string {
  const name = `terraform-provider-${provider.name}`
  const inside = form === 'script' ? name : `self-contained/${name}`
  // The build puts it into dist/, beside the bundled command line; this file lies deeper before it is bundled, and from
  // src/ it is one more folder away.
  const places = [`../plugin/${inside}`, `../../../plugin/${inside}`, `../../../../dist/plugin/${inside}`]
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path))
  return found ?? fail('Executable not built', howToBuild(name, form))
}

function howToBuild(name: string, form: 'script' | 'self-contained'): string {
  return form === 'script'
    ? `${name} has not been built. Run "npm run build" in the folder of Hubform.`
    : `The self-contained ${name} has not been built; it is not part of the package, being as large as Node. Run "npm run build:executable" in the folder of Hubform, on Linux, or leave --self-contained out to install the script, which needs Node.`
}
