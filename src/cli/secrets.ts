// Which texts a run must not show, as far as they are known before anything is evaluated.
import type { Config } from '../config/config.ts'
import { sameSource } from '../engine/connect.ts'
import type { Plan } from '../engine/plan.ts'
import { learnPaths } from '../review/plan-secrets.ts'
import type { Secrets } from '../review/redact.ts'
import type { Attributes } from '../schema/attribute.ts'
import { field, isList, isObject, type ObjectValue, type Value } from '../schema/value.ts'
import type { ResourceRecord, State } from '../state/state.ts'
import { learnPassphrase } from './passphrase.ts'
import { providers } from './providers.ts'
import { readRecord } from './read-record.ts'

/** Learns secret settings from the environment. */
export function learnEnvironment(
  secrets: Secrets,
  env: { readonly [name: string]: string | undefined },
): void {
  for (const provider of Object.values(providers)) {
    for (const { sensitive, env: name } of Object.values(provider.schema.attributes))
      if (sensitive === true && name !== undefined) secrets.add(env[name] ?? '')
  }
  learnPassphrase(secrets, env['HUBFORM_PLAN_KEY'] ?? '')
}

/** Learns sensitive variables, and what is written or led to a sensitive attribute. */
export function learnConfig(secrets: Secrets, config: Config, variables: ReadonlyMap<string, Value>): void {
  for (const value of variables.values()) secrets.addMarked(value)
  for (const block of config.providers) {
    const provider = Object.values(providers).find(({ name }) => name === block.name)
    if (provider !== undefined) learnBody(secrets, block.body.source, provider.schema.attributes, variables)
  }
  for (const { address, body } of config.resources.values()) {
    const attributes = findAttributes(address.type)
    if (attributes !== undefined) learnBody(secrets, body.source, attributes, variables)
  }
}

/** Learns what is recorded at sensitive paths. */
export function learnState(secrets: Secrets, state: Pick<State, 'outputs'> & Records): void {
  for (const record of state.records.values()) {
    const { attributes, sensitive } = readRecord(record)
    learnPaths(secrets, attributes, sensitive)
  }
  for (const { value, sensitive } of Object.values(state.outputs)) if (sensitive) secrets.addValue(value)
}

interface Records {
  readonly records: { values(): Iterable<ResourceRecord> }
}

/** Learns the secret settings of a plan. */
export function learnSettings(secrets: Secrets, plan: Plan): void {
  for (const { source, settings } of Object.values(plan.providers)) {
    const provider = Object.values(providers).find((one) => sameSource(one.source, source))
    const attributes = provider?.schema.attributes ?? {}
    for (const name of Object.keys(attributes))
      if (isSecret(attributes, name)) secrets.addValue(field(settings, name) ?? null)
  }
}

function findAttributes(type: string): Attributes | undefined {
  for (const provider of Object.values(providers)) {
    const found = provider.resources[type] ?? provider.dataSources[type]
    if (found !== undefined) return found.schema.attributes
  }
  return undefined
}

function isSecret(attributes: Attributes, name: string): boolean {
  return attributes[name]?.sensitive === true || attributes[name]?.writeOnly === true
}

function learnBody(
  secrets: Secrets,
  body: Value,
  attributes: Attributes,
  variables: ReadonlyMap<string, Value>,
): void {
  const source: ObjectValue = isObject(body) ? body : {}
  for (const [name, value] of Object.entries(source))
    if (isSecret(attributes, name)) learnWritten(secrets, value, variables)
}

/** A literal is a secret; of a template, the variables it is made of are. */
function learnWritten(secrets: Secrets, value: Value, variables: ReadonlyMap<string, Value>): void {
  if (isList(value)) for (const inner of value) learnWritten(secrets, inner, variables)
  else if (isObject(value)) for (const inner of Object.values(value)) learnWritten(secrets, inner, variables)
  else if (typeof value === 'string') {
    if (!value.includes('${')) secrets.add(value)
    for (const [, name = ''] of value.matchAll(/\bvar\.([\p{L}_][\p{L}\p{N}_-]*)/gu))
      secrets.addValue(variables.get(name) ?? null)
  }
}
