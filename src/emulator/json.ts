// JSON text with numbers of any length kept as written.

// The lib types do not know raw JSON yet.
const Exact = JSON as unknown as { rawJSON(text: string): unknown; isRawJSON(value: unknown): boolean }

/** Reads JSON; a number that a JS number would change stays as its text. Throws SyntaxError. */
export function readJson(text: string): unknown {
  if (!/[\d.]{16}|\d[eE]/.test(text)) return JSON.parse(text)
  const revive = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && context.source !== undefined && JSON.stringify(value) !== context.source
      ? Exact.rawJSON(context.source)
      : value
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1])
}

/** Writes what `readJson` read. */
export function writeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent)
}

/** True for any number that `readJson` may give. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || Exact.isRawJSON(value)
}
