// Digests: of a live object, to notice later that it has changed, and of a plan, to name it.
import { createHash } from 'node:crypto'
import type { Schema } from '../schema/attribute.ts'
import { encodeValue } from '../schema/json.ts'
import { type ObjectValue, objectOf } from '../schema/value.ts'
import type { Plan } from './plan.ts'

/**
 * The same for equal objects, whatever the key order.
 *
 * What the service changes by itself, such as a status word, is left out: nobody planned it, so it may move on.
 */
export function fingerprint(object: ObjectValue, { attributes }: Schema): string {
  const steady = objectOf(
    Object.entries(object).filter(([name]) => {
      const attribute = attributes[name]
      return attribute?.mode !== 'computed' || attribute.stable === true
    }),
  )
  return createHash('sha256')
    .update(JSON.stringify(sorted(encodeValue(steady))))
    .digest('base64url')
}

function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== 'object' || json === null) return json
  return Object.entries(json)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => [key, sorted(value)])
}

/** A short name that a plan shares with no other: of when and over what it was made, and what it does. */
export function planId({ createdAt, lineage, serial, steps }: Plan): string {
  const told = JSON.stringify([createdAt, lineage, serial, steps.map(({ id }) => id)])
  return createHash('sha256').update(told).digest('hex').slice(0, 16)
}
