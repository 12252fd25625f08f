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

/** Path of the executable that was built for a provider. Throws a diagnostic when it was not. */
export function executableOf(provider: Provider): string {
  // The build puts it into dist/, beside the compiled command line; from src/ it is one more folder away.
  const places = [
    `../../../plugin/terraform-provider-${provider.name}`,
    `../../../../dist/plugin/terraform-provider-${provider.name}`,
  ]
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path))
  return (
    found ??
    fail(
      'Executable not built',
      `terraform-provider-${provider.name} has not been built. Run "npm run build" in the folder of Hubform.`,
    )
  )
}
