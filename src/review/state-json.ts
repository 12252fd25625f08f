// A state in the shape of Terraform's state JSON, format 1.0.
import type { Address } from '../address.ts'
import type { Path } from '../path.ts'
import type { TypeJson } from '../schema/kind.ts'
import { type ObjectValue, Sensitive } from '../schema/value.ts'
import { identityJson, terraformVersion } from './json-identity.ts'
import { knownJson, sensitiveMap } from './json-values.ts'
import type { ShownOutput, ShownRecord } from './state.ts'

export interface JsonRecord extends ShownRecord {
  readonly address: Address
  readonly provider: string
  readonly schemaVersion: number
  readonly dependencies: readonly string[]
  readonly attributes: ObjectValue
  readonly sensitive: readonly Path[]
}

/** What is shown of a state. */
export interface ShownState {
  readonly outputs: { readonly [name: string]: ShownOutput & { readonly type: TypeJson } }
  /** In the order of state files. Attributes as the schema has them, and not as state files do. */
  readonly records: readonly JsonRecord[]
}

/** The state as data for tools. As in plan JSON, sensitive values are null and `sensitive_values` says where. */
export function stateJson({ outputs, records }: ShownState): object {
  if (records.length === 0 && Object.keys(outputs).length === 0) return { format_version: '1.0' }
  return {
    format_version: '1.0',
    terraform_version: terraformVersion,
    values: {
      ...(Object.keys(outputs).length === 0 ? {} : { outputs: outputsJson(outputs) }),
      root_module: records.length === 0 ? {} : { resources: records.map(recordJson) },
    },
  }
}

/** Outputs by name: whether they are sensitive, their type, and their value unless they are. */
export function outputsJson(outputs: ShownState['outputs']): object {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { sensitive, type, value }]) => [
      name,
      { sensitive, type, value: knownJson(sensitive ? new Sensitive(value) : value, []) },
    ]),
  )
}

function recordJson(record: JsonRecord): object {
  const { address, deposed, tainted, provider, schemaVersion, attributes, sensitive, dependencies } = record
  return {
    ...identityJson(address, provider),
    schema_version: schemaVersion,
    values: knownJson(attributes, sensitive),
    sensitive_values: sensitiveMap(attributes, sensitive),
    ...(dependencies.length === 0 ? {} : { depends_on: dependencies }),
    ...(tainted ? { tainted } : {}),
    ...(deposed === undefined ? {} : { deposed_key: deposed }),
  }
}
