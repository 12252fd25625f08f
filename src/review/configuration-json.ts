// What was written, in the shape of Terraform's configuration JSON.
import { compareAddresses, formatBlock } from '../address.ts'
import type { Plan } from '../engine/plan.ts'
import type { WrittenBlock, WrittenProvider } from '../engine/written.ts'
import { parseBody } from '../expression/parse.ts'
import { toJson } from '../schema/json.ts'
import { isList, isObject, mapObject, type ObjectValue, type Value } from '../schema/value.ts'
import { referenceTexts, usesIn } from './references-json.ts'

/**
 * Provider configurations, blocks, outputs and variables as they were written.
 *
 * An expression has its text as constant_value and lists what it refers to. Where the value is a secret, only
 * references are left of the text.
 */
export function configurationJson({ written, scope }: Pick<Plan, 'written' | 'scope'>): object {
  const blocks = [...written.resources].sort(
    (a, b) =>
      (a.address.mode === b.address.mode ? 0 : a.address.mode === 'managed' ? -1 : 1) || inOrder(a, b),
  )
  const outputs = Object.entries(scope.outputs).map(([name, { body, sensitive }]) => {
    const { description = '', dependsOn = [] } = written.outputs[name] ?? {}
    return [
      name,
      {
        ...(sensitive ? { sensitive } : {}),
        expression: expressionJson(body, sensitive),
        ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn }),
        ...(description === '' ? {} : { description }),
      },
    ]
  })
  const variables = Object.entries(written.variables).map(
    ([name, { default: usual, description, sensitive }]) => [
      name,
      {
        ...(usual === undefined ? {} : { default: sensitive ? null : toJson(usual) }),
        ...(description === '' ? {} : { description }),
        ...(sensitive ? { sensitive } : {}),
      },
    ],
  )
  const providers = Object.entries(written.providers).map(([key, one]) => [key, providerJson(one)])
  return {
    ...(providers.length === 0 ? {} : { provider_config: Object.fromEntries(providers) }),
    root_module: {
      ...(outputs.length === 0 ? {} : { outputs: Object.fromEntries(outputs) }),
      ...(blocks.length === 0 ? {} : { resources: blocks.map(blockJson) }),
      ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
    },
  }
}

function inOrder(a: WrittenBlock, b: WrittenBlock): number {
  return compareAddresses({ ...a.address, key: undefined }, { ...b.address, key: undefined })
}

function providerJson({ name, alias, source, version, body, secret }: WrittenProvider): object {
  return {
    name,
    full_name: source,
    ...(alias === undefined ? {} : { alias }),
    ...(version === undefined ? {} : { version_constraint: version }),
    ...expressionsJson(body, secret),
  }
}

function blockJson(block: WrittenBlock): object {
  const { address, provider, schemaVersion, body, secret, count, forEach, dependsOn } = block
  return {
    address: formatBlock(address),
    mode: address.mode,
    type: address.type,
    name: address.name,
    provider_config_key: provider,
    ...expressionsJson(body, secret),
    schema_version: schemaVersion,
    ...(count === undefined ? {} : { count_expression: expressionJson(count, false) }),
    ...(forEach === undefined ? {} : { for_each_expression: expressionJson(forEach, false) }),
    ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn }),
  }
}

function expressionsJson(body: Value, secret: readonly string[]): object {
  const entries = isObject(body) ? Object.entries(body) : []
  if (entries.length === 0) return {}
  return {
    expressions: Object.fromEntries(
      entries.map(([name, value]) => [name, expressionJson(value, secret.includes(name))]),
    ),
  }
}

function expressionJson(source: Value, secret: boolean): object {
  const references = usesIn(parseBody(source)).flatMap(referenceTexts)
  return {
    constant_value: toJson(secret ? withoutLiterals(source) : source),
    ...(references.length === 0 ? {} : { references }),
  }
}

/** Nothing but a reference: names, dots and keys. */
const reference = /^\$\{\s*[\p{L}_][\p{L}\p{N}_.-]*(?:\[[\p{L}\p{N}_."-]*\][\p{L}\p{N}_.-]*)*\s*\}$/u

function withoutLiterals(source: Value): Value {
  if (typeof source === 'string') return reference.test(source) ? source : null
  if (isList(source)) return source.map(withoutLiterals)
  return isObject(source) ? mapObject(source as ObjectValue, withoutLiterals) : null
}
