// Conversions between primitive values, as Terraform does them silently.
import { formatNumber, isNumber, parseNumber } from './number.ts'
import type { Value } from './value.ts'

/** Converts a known, unmarked value; undefined when there is no such conversion. */
export function convertPrimitive(value: Value, to: 'string' | 'number' | 'bool'): Value | undefined {
  switch (to) {
    case 'string':
      if (typeof value === 'string') return value
      if (typeof value === 'boolean') return String(value)
      return isNumber(value) ? formatNumber(value) : undefined
    case 'number':
      if (isNumber(value)) return value
      return typeof value === 'string' ? parseNumber(completed(value)) : undefined
    case 'bool':
      if (typeof value === 'boolean') return value
      if (value === 'true' || value === '1') return true
      return value === 'false' || value === '0' ? false : undefined
  }
}

/** Terraform also takes numbers that lack the digit before or after the point. */
function completed(text: string): string {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return text
  return text.replace(/^([+-]?)\./, '$10.').replace(/\.(?!\d)/, '')
}
