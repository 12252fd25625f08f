// Regular expressions. Terraform's are RE2: the common syntax is translated to JavaScript's, the rest refused.
import { objectOf, type Value } from '../../schema/value.ts'
import { define, Failure, type Func, Refusal, str } from './define.ts'
import { uniformList } from './define-unified.ts'
import { translate } from './regex-syntax.ts'

interface Compiled {
  readonly regex: RegExp
  readonly names: readonly string[]
  readonly groups: number
}

function compile(pattern: string): Compiled {
  const translated = translate(pattern)
  try {
    const regex = new RegExp(translated, 'gu')
    const probe = new RegExp(`${translated}|`, 'u').exec('')
    return { regex, names: Object.keys(probe?.groups ?? {}), groups: (probe?.length ?? 1) - 1 }
  } catch (error) {
    throw new Failure('the pattern is not a valid regular expression', { cause: error })
  }
}

function compileArgument(pattern: string): Compiled {
  try {
    const compiled = compile(pattern)
    if (compiled.names.length > 0 && compiled.names.length < compiled.groups) {
      throw new Failure('named and unnamed capture groups cannot be mixed')
    }
    return compiled
  } catch (error) {
    if (error instanceof Failure) throw new Refusal(0, error.message)
    throw error
  }
}

/** All matches; an empty one right after another match does not count. */
function* matches(regex: RegExp, text: string): Generator<RegExpExecArray> {
  let end = -1
  for (const match of text.matchAll(regex)) {
    if (match[0] === '' && match.index === end) continue
    end = match.index + match[0].length
    yield match
  }
}

function result(match: RegExpExecArray, { names, groups }: Compiled): Value {
  if (groups === 0) return match[0]
  if (names.length > 0) return objectOf(names.map((name) => [name, match.groups?.[name] ?? null]))
  return Array.from({ length: groups }, (_, i) => match[i + 1] ?? null)
}

function replace(text: string, search: string, replacement: string): string {
  if (search.length < 2 || !search.startsWith('/') || !search.endsWith('/')) {
    if (search !== '') return text.replaceAll(search, () => replacement)
    return [replacement, ...[...text].map((character) => character + replacement)].join('')
  }
  const { regex } = compile(search.slice(1, -1))
  let at = 0
  let output = ''
  for (const match of matches(regex, text)) {
    output += text.slice(at, match.index) + expand(replacement, match)
    at = match.index + match[0].length
  }
  return output + text.slice(at)
}

/** `$1`, `${1}`, `$name`, `$$`. A name is as long as it can be; an unknown one is empty. */
function expand(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
    (_whole, dollar?: string, braced?: string, bare?: string) => {
      if (dollar) return '$'
      const name = braced ?? bare ?? ''
      return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? ''
    },
  )
}

export const regexFunctions: Readonly<Record<string, Func>> = {
  regex: define([str('pattern'), str('string')], ([pattern, text]) => {
    const compiled = compileArgument(pattern)
    for (const match of matches(compiled.regex, text)) return result(match, compiled)
    throw new Failure('the pattern does not match any part of the string')
  }),
  regexall: define([str('pattern'), str('string')], ([pattern, text]) => {
    const compiled = compileArgument(pattern)
    return uniformList(Array.from(matches(compiled.regex, text), (match) => result(match, compiled)))
  }),
  replace: define([str('str'), str('substr'), str('replace')], ([text, search, replacement]) =>
    replace(text, search, replacement),
  ),
}
