// Records of state as their schemas have them, for those who show them.
import { parseProviderReference, sameSource } from '../engine/connect.ts'
import { schemaSensitive } from '../engine/recorded.ts'
import { fromStateForm } from '../engine/state-form.ts'
import type { JsonRecord } from '../review/state-json.ts'
import type { ResourceRecord } from '../state/state.ts'
import { providers } from './providers.ts'

/** Values without the types that state files keep beside them, and all that is sensitive. Unknown types stay as they are. */
export function readRecord(record: ResourceRecord): JsonRecord {
  const source = parseProviderReference(record.provider)?.source ?? ''
  const provider = Object.values(providers).find((one) => sameSource(one.source, source))
  const { mode, type } = record.address
  const schema = (mode === 'data' ? provider?.dataSources : provider?.resources)?.[type]?.schema
  if (schema === undefined) return record
  const attributes = fromStateForm(record.attributes, schema.attributes)
  const bySchema = schemaSensitive(schema, attributes)
  return { ...record, attributes, sensitive: [...record.sensitive, ...bySchema] }
}
