// Functions on paths and files. Files are read only through the scope.
import { createHash } from 'node:crypto'
import { basename, dirname, isAbsolute, normalize, resolve } from 'node:path/posix'
import { isObject, Sensitive, UNKNOWN, type Value } from '../../schema/value.ts'
import { toText } from '../convert.ts'
import { anything, type CallContext, define, Failure, type Func, Refusal, str } from './define.ts'
import { decodeUtf8 } from './encoding.ts'

function read(path: string, { scope }: CallContext): Buffer {
  if (!scope.readFile) throw new Failure('files cannot be read here')
  try {
    return Buffer.from(scope.readFile(path))
  } catch (error) {
    throw new Refusal(0, 'the file cannot be read; it must be part of the configuration', { cause: error })
  }
}

function digest(algorithm: string, encoding: 'hex' | 'base64'): Func {
  return define([str('path')], ([path], context) =>
    createHash(algorithm).update(read(path, context)).digest(encoding),
  )
}

function exists(path: string, { scope }: CallContext): boolean {
  if (!scope.readFile) throw new Failure('files cannot be read here')
  try {
    scope.readFile(path)
    return true
  } catch {
    return false
  }
}

const path = str('path')

export const fileFunctions: Readonly<Record<string, Func>> = {
  abspath: define([path], ([given], { scope }) =>
    isAbsolute(given) ? normalize(given) : resolve(scope.path.cwd, given),
  ),
  basename: define([path], ([given]) => (given === '' ? '.' : basename(given) || '/')),
  dirname: define([path], ([given]) =>
    withoutSlash(normalize(dirname(given === '' ? '.' : `${given}${given.endsWith('/') ? '.' : ''}`))),
  ),
  file: define([path], ([given], context) => decodeUtf8(read(given, context))),
  filebase64: define([path], ([given], context) => read(given, context).toString('base64')),
  filebase64sha256: digest('sha256', 'base64'),
  filebase64sha512: digest('sha512', 'base64'),
  fileexists: define([path], ([given], context) => exists(given, context)),
  filemd5: digest('md5', 'hex'),
  filesha1: digest('sha1', 'hex'),
  filesha256: digest('sha256', 'hex'),
  filesha512: digest('sha512', 'hex'),
  pathexpand: define([path], ([given]) => {
    if (given.startsWith('~')) throw new Failure('there is no home directory here; write the whole path')
    return given
  }),
  templatestring: define([str('template'), anything('vars')], ([template, vars], context) => {
    if (!isObject(vars)) throw new Refusal(1, 'a map or object is required')
    return text(context.render(template, vars))
  }),
  templatefile: define([path, anything('vars')], ([given, vars], context) => {
    if (!isObject(vars)) throw new Refusal(1, 'a map or object is required')
    return context.render(decodeUtf8(read(given, context)), vars)
  }),
}

/** What is not known, or hidden, stays so. */
function text(value: Value): Value {
  if (value === UNKNOWN || value === null) return value
  return value instanceof Sensitive ? new Sensitive(text(value.value)) : toText(value)
}

function withoutSlash(given: string): string {
  return given.length > 1 && given.endsWith('/') ? given.slice(0, -1) : given
}
