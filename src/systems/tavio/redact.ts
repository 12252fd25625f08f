// Keeps secrets out of every text that a person or a log may see.

/** What stands where a secret stood. */
export const HIDDEN = '(hidden)'

export interface Redactor {
  /** Remembers a secret for as long as the redactor lives. Undefined and empty ones are ignored. */
  readonly add: (secret: string | undefined) => void
  /** The text without any remembered secret, nor the ones given, in clear, JSON-escaped, URL-encoded or base64. */
  readonly clean: (text: string, secrets?: readonly string[]) => string
}

export function makeRedactor(): Redactor {
  const known = new Set<string>()
  return {
    add: (secret) => {
      if (secret) known.add(secret)
    },
    clean: (text, secrets = []) => redact(text, [...known, ...secrets]),
  }
}

/** Takes every given secret out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellings))]
  // Longest first: a secret may contain another one, and a part of it must not be left over.
  forms.sort((a, b) => b.length - a.length)
  return forms.reduce(hide, text)
}

function spellings(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64'),
  ]
}

function hide(text: string, form: string): string {
  if (!text.includes(form)) return text
  if (form.length >= 4) return text.replaceAll(form, HIDDEN)
  // A very short secret is found only as a word of its own: "7" must not blot out every 7 in a sentence.
  const literal = form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu'), HIDDEN)
}
