import { Token } from 'cdktf'

/** True if a value is known only to Terraform's language: a token, or text with an expression in it. */
export function isReference(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && /(?<!\$)\$\{/.test(value))
}
