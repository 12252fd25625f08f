// Functions between values or text and their encoded forms.
import { gzipSync } from 'node:zlib'
import { parseJson } from '../../schema/json.ts'
import { isList, isObject, type Value } from '../../schema/value.ts'
import { decodeCsv } from './csv.ts'
import { allow, anything, define, Failure, type Func, Refusal, str } from './define.ts'
import { encodeJson } from './json-text.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Throws Failure on anything but padded base64 of UTF-8. */
export function decodeBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, '')
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean))
    throw new Failure('the text is not valid base64')
  return Buffer.from(clean, 'base64')
}

/** Throws Failure when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes).normalize()
  } catch (error) {
    throw new Failure('the bytes are not valid UTF-8 text', { cause: error })
  }
}

function decodeJson(text: string): Value {
  try {
    return normalize(parseJson(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('the text is not valid JSON', { cause: error })
    throw error
  }
}

function normalize(value: Value): Value {
  if (typeof value === 'string') return value.normalize()
  if (isList(value)) return value.map(normalize)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.normalize(), normalize(inner)]))
}

function encodeUrl(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

const utf16 = (bytes: Buffer, big: boolean) => (big ? Buffer.from(bytes).swap16() : bytes)

/** Node's own encodings, under the names that Terraform users write. */
function encodingOf(name: string): { encode(text: string): Buffer; decode(bytes: Buffer): string } {
  switch (name.toUpperCase()) {
    case 'UTF-8':
      return { encode: (text) => Buffer.from(text, 'utf8'), decode: (bytes) => decodeUtf8(bytes) }
    case 'UTF-16LE':
    case 'UTF-16BE': {
      const big = name.toUpperCase() === 'UTF-16BE'
      return {
        encode: (text) => utf16(Buffer.from(text, 'utf16le'), big),
        decode: (bytes) => utf16(bytes, big).toString('utf16le'),
      }
    }
    case 'ISO-8859-1':
      return { encode: (text) => Buffer.from(text, 'latin1'), decode: (bytes) => bytes.toString('latin1') }
    default:
      throw new Refusal(1, 'only UTF-8, UTF-16LE, UTF-16BE and ISO-8859-1 are supported')
  }
}

export const encodingFunctions: Readonly<Record<string, Func>> = {
  base64decode: define([str('str')], ([text]) => decodeUtf8(decodeBase64(text))),
  base64encode: define([str('str')], ([text]) => Buffer.from(text).toString('base64')),
  base64gzip: define([str('str')], ([text]) => gzipSync(text).toString('base64')),
  csvdecode: define([str('str')], ([text]) => decodeCsv(text)),
  jsondecode: define([str('str')], ([text]) => decodeJson(text)),
  jsonencode: define([allow(anything('val'), 'nullable')], ([value]) => encodeJson(value)),
  textdecodebase64: define([str('source'), str('encoding')], ([text, encoding]) =>
    encodingOf(encoding).decode(Buffer.from(decodeBase64(text))),
  ),
  textencodebase64: define([str('string'), str('encoding')], ([text, encoding]) =>
    encodingOf(encoding).encode(text).toString('base64'),
  ),
  urlencode: define([str('str')], ([text]) => encodeUrl(text)),
}
