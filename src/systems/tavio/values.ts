// The values of a configuration between how they are written here, as text, and how the service holds them.
import { formatNumber, isWhole, parseNumber } from '../../schema/number.ts'
import type { ServedParameter } from './wire.ts'

/** Text by key, as in configuration and state. A null is a key without a value. */
export type Texts = Readonly<Record<string, string | null>>

/** What the service takes: a number with more digits than a JS number holds is a JSON text of its own. */
export type WireValue = string | number | boolean | null | object

/** Parameters by key; undefined if the solution could not be read. */
export type Parameters = ReadonlyMap<string, ServedParameter> | undefined

export type ParameterKind = 'number' | 'integer' | 'bool' | 'text'

/** What a parameter's type word asks for; an unknown word asks for text, which every JSON value can be written as. */
export function kindOf(type: string | undefined): ParameterKind {
  const word = (type ?? '').toLowerCase()
  if (/^(integer|int|long|int32|int64)$/.test(word)) return 'integer'
  if (/^(number|float|double|decimal)$/.test(word)) return 'number'
  return /^bool(ean)?$/.test(word) ? 'bool' : 'text'
}

/** True if a text can be sent as the type asks. */
export function fits(text: string, kind: ParameterKind): boolean {
  if (kind === 'text') return true
  if (kind === 'bool') return text === 'true' || text === 'false'
  const parsed = parseNumber(text)
  return parsed !== undefined && (kind === 'number' || isWhole(parsed))
}

/** Every key with the JSON value its parameter's type asks for; a text that does not fit is sent as it is. */
export function toWire(texts: Texts, parameters: Parameters): Record<string, WireValue> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, valueToWire(text, kindOf(parameters?.get(key)?.type))]),
  )
}

function valueToWire(text: string | null, kind: ParameterKind): WireValue {
  if (text === null || kind === 'text' || !fits(text, kind)) return text
  if (kind === 'bool') return text === 'true'
  const parsed = parseNumber(text)
  return typeof parsed === 'number' ? parsed : rawJson(parsed === undefined ? text : formatNumber(parsed))
}

/** What came back for a key as text; null for null. Structures, which no parameter can have, become JSON text. */
export function textOfWire(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  const raw = rawNumber(value)
  if (raw !== undefined) return raw
  if (typeof value === 'number') {
    const exact = parseNumber(String(value))
    return exact === undefined ? String(value) : formatNumber(exact)
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** True if a text means what the service holds: `"1.50"` and 1.5 do. */
export function sameValue(text: string | null, served: unknown): boolean {
  const other = textOfWire(served)
  if (text === other) return true
  if (text === null || other === null || (typeof served !== 'number' && rawNumber(served) === undefined))
    return false
  const [a, b] = [parseNumber(text), parseNumber(other)]
  return a !== undefined && b !== undefined && formatNumber(a) === formatNumber(b)
}

/** True for what services show instead of a secret. */
export function isMask(served: unknown): boolean {
  return (
    typeof served === 'string' &&
    /^([*•●x.-])\1{2,}$|^[*•●]+|^<?(hidden|redacted|masked|secret)>?$/i.test(served)
  )
}

/** What the values in state are after a read. */
export interface ReadValues {
  readonly values: Texts
  /** Keys that the service holds besides. */
  readonly untracked: readonly string[]
}

export interface ReadNeeds {
  readonly served: Readonly<Record<string, unknown>>
  /** Values in state; undefined when there is no state yet, as on import. */
  readonly prior: Texts | undefined
  /** Keys whose values are not looked at: given as secrets, or left over. */
  readonly untracked: readonly string[]
  readonly parameters: Parameters
}

/** Compares what the service holds with what state has. A secret never gets into the result. */
export function readValues({ served, prior, untracked, parameters }: ReadNeeds): ReadValues {
  const values: Record<string, string | null> = {}
  const others = new Set(untracked)
  for (const key of Object.keys(served)) {
    const value = served[key]
    const known = prior !== undefined && Object.hasOwn(prior, key) ? (prior[key] ?? null) : undefined
    const parameter = parameters?.get(key)
    // Only a parameter known not to be secret may be taken over, unless its value came from state in the first place.
    const open = parameter !== undefined && parameter.secret !== true
    if (known !== undefined) {
      if (others.has(key) && !open) continue
      const hidden = !open && (value === null || isMask(value))
      if (hidden || sameValue(known, value)) values[key] = known
      else if (value !== null) values[key] = textOfWire(value)
    } else if (!others.has(key)) {
      const fromDefault = parameter !== undefined && sameValue(textOfWire(parameter.default), value)
      if (open && value !== null && (prior === undefined || !fromDefault)) values[key] = textOfWire(value)
      else if (prior === undefined) others.add(key)
    }
  }
  return { values, untracked: [...others].sort() }
}

function rawJson(text: string): object {
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(text)
}

function rawNumber(value: unknown): string | undefined {
  const json = JSON as unknown as { isRawJSON(value: unknown): boolean }
  return json.isRawJSON(value) ? (value as { rawJSON: string }).rawJSON : undefined
}
