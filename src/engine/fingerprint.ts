// A digest of a live object, to notice later that it has changed.
import { createHash } from 'node:crypto'
import { encodeValue } from '../schema/json.ts'
import type { ObjectValue } from '../schema/value.ts'

/** The same for equal objects, whatever the key order. */
export function fingerprint(object: ObjectValue): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(encodeValue(object))))
    .digest('base64url')
}

function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== 'object' || json === null) return json
  return Object.entries(json)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => [key, sorted(value)])
}
