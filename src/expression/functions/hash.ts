// Digests, and identifiers made from them.
import { createHash } from 'node:crypto'
import { define, Failure, type Func, str } from './define.ts'

function digest(algorithm: string, encoding: 'hex' | 'base64'): Func {
  return define([str('str')], ([text]) => createHash(algorithm).update(text).digest(encoding))
}

const namespaces: Readonly<Record<string, string>> = {
  dns: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  url: '6ba7b811-9dad-11d1-80b4-00c04fd430c8',
  oid: '6ba7b812-9dad-11d1-80b4-00c04fd430c8',
  x500: '6ba7b814-9dad-11d1-80b4-00c04fd430c8',
}

function uuidv5(namespace: string, name: string): string {
  const id = namespaces[namespace] ?? namespace
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw new Failure('the namespace must be dns, url, oid, x500 or a UUID')
  }
  const hash = createHash('sha1')
    .update(Buffer.from(id.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.subarray(0, 16).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export const hashFunctions: Readonly<Record<string, Func>> = {
  base64sha256: digest('sha256', 'base64'),
  base64sha512: digest('sha512', 'base64'),
  md5: digest('md5', 'hex'),
  sha1: digest('sha1', 'hex'),
  sha256: digest('sha256', 'hex'),
  sha512: digest('sha512', 'hex'),
  uuidv5: define([str('namespace'), str('name')], ([namespace, name]) => uuidv5(namespace, name)),
}
