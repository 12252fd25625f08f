// Checking what a user wrote, and taking the provider's settings.
import { hasErrors, problem } from '../diagnostics.ts'
import { formatPath, type Path } from '../path.ts'
import { validateObject } from '../provider/lifecycle.ts'
import type { Provider } from '../provider/provider.ts'
import { resolveSettings } from '../provider/settings.ts'
import type { Attributes } from '../schema/attribute.ts'
import { field, isObject, type ObjectValue } from '../schema/value.ts'
import * as messages from './messages.ts'
import { attributesOf, getKind, type Method, method, readWhole } from './method.ts'
import { listKinds } from './schema-answer.ts'

export const validateProviderConfig = method(messages.validateProviderConfig, {
  attributes: (provider) => provider.schema.attributes,
  handle({ config }, { provider, session, report }) {
    report(resolveSettings(provider, readWhole(provider.schema, config), session.env).problems)
    return {}
  },
})

export const configureProvider = method(messages.configureProvider, {
  attributes: (provider) => provider.schema.attributes,
  async handle({ config }, { provider, session, report }) {
    const { settings, problems } = resolveSettings(provider, readWhole(provider.schema, config), session.env)
    report(problems)
    if (!hasErrors(problems)) await session.configure(provider, settings)
    return {}
  },
})

export const validateResourceConfig = validating('resource', (provider) => provider.resources)
export const validateDataConfig = validating('data source', (provider) => provider.dataSources)
export const validateEphemeralConfig = validating(
  'ephemeral resource',
  (provider) => provider.ephemeralResources ?? {},
)
export const validateListConfig = validating('list resource', listKinds)

function validating(
  word: string,
  kindsOf: (provider: Provider) => {
    readonly [type: string]: Parameters<typeof validateObject>[0]
  },
): Method {
  return method(messages.validateConfig, {
    attributes: (provider, { typeName }) => attributesOf(kindsOf(provider), typeName),
    handle({ typeName, config, capabilities }, { provider, report }) {
      const kind = getKind(kindsOf(provider), typeName, word)
      const written = readWhole(kind.schema, config)
      report(validateObject(kind, written, typeName).diagnostics)
      if (capabilities?.writeOnly !== true) {
        report(writeOnlyPaths(kind.schema.attributes, written).map((path) => refuseWriteOnly(typeName, path)))
      }
      return {}
    },
  })
}

function refuseWriteOnly(type: string, path: Path) {
  return problem(
    'Write-only attributes not supported',
    `${type}: ${formatPath(path)} is a secret that must not be kept in state, and this version of the program would keep it. Use Terraform 1.11 or newer, or OpenTofu 1.11 or newer.`,
    { path },
  )
}

function writeOnlyPaths(attributes: Attributes, value: ObjectValue, path: Path = []): Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const inner = field(value, name) ?? null
    if (inner === null) return []
    if (attribute.writeOnly === true) return [[...path, name]]
    if (attribute.type.kind === 'object' && isObject(inner))
      return writeOnlyPaths(attribute.type.attributes, inner, [...path, name])
    return []
  })
}
