// What holds and what does not, in the shape of Terraform's plan JSON.
import { findAddress } from '../address.ts'
import type { Check, CheckedObject } from '../engine/check.ts'

const kinds = { resource: 'resource', output: 'output_value', check: 'check', var: 'var' } as const

/** One entry of `checks`. */
export function checkJson(check: Check): object {
  const { objects } = check
  return {
    address: { kind: kinds[check.kind], ...nameOf(check), to_display: check.address },
    status: check.status,
    ...(objects === null || objects.length === 0 ? {} : { instances: objects.map(objectJson) }),
  }
}

function nameOf({ kind, address }: Check): object {
  if (kind !== 'resource') return { name: address.slice(address.indexOf('.') + 1) }
  const found = findAddress(address)
  return found === undefined ? {} : { mode: found.mode, type: found.type, name: found.name }
}

function objectJson({ address, status, messages }: CheckedObject): object {
  const key = findAddress(address)?.key
  return {
    address: { ...(key === undefined ? {} : { instance_key: key }), to_display: address },
    status,
    ...(messages.length === 0 ? {} : { problems: messages.map((message) => ({ message })) }),
  }
}
