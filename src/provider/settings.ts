// Provider settings from configuration, environment and defaults, in this order.
import type { Diagnostic } from '../diagnostics.ts'
import { conform } from '../schema/conform.ts'
import { field, type ObjectValue, objectOf } from '../schema/value.ts'
import type { Provider } from './provider.ts'

/**
 * Fills settings nobody configured from their environment variables, then from their defaults.
 *
 * An empty variable counts as unset. Problems name settings, never values.
 */
export function resolveSettings(
  provider: Provider,
  config: ObjectValue,
  env: { readonly [name: string]: string | undefined },
): { readonly settings: ObjectValue; readonly problems: readonly Diagnostic[] } {
  const { attributes } = provider.schema
  const filled = objectOf([
    ...Object.entries(config),
    ...Object.entries(attributes).flatMap(([name, attribute]) => {
      if ((field(config, name) ?? null) !== null) return []
      const fromEnv = attribute.env === undefined ? undefined : env[attribute.env]
      const value = fromEnv === undefined || fromEnv === '' ? attribute.default : fromEnv
      return value === undefined ? [] : [[name, value] as const]
    }),
  ])
  const { value, problems } = conform(filled, attributes, `provider "${provider.name}"`)
  return { settings: value, problems }
}
