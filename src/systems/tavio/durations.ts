// How long to wait, as people write it.
import { object, string, type Validator } from '../../schema/attribute.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `10m`, `1h30m`, `90s`, `1.5h` in milliseconds; undefined if it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  )
}

const duration: Validator = (value) =>
  typeof value === 'string' && parseDuration(value) === undefined
    ? 'It must be a duration such as "90s", "10m" or "1h30m".'
    : undefined

/** The nested attribute that resources which wait offer. */
export const timeouts = object({
  create: string.optional('Longest wait when creating, as "10m".', {
    validators: [duration],
    evidence: 'inferred',
  }),
  update: string.optional('Longest wait when updating, as "10m".', {
    validators: [duration],
    evidence: 'inferred',
  }),
  delete: string.optional('Longest wait when deleting, as "10m".', {
    validators: [duration],
    evidence: 'inferred',
  }),
})

/** What a user set for one operation, or ten minutes. */
export function timeoutMs(text: string | null | undefined): number {
  return parseDuration(text ?? '') ?? 600_000
}
