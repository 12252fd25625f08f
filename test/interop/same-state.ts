// Two texts of one state, compared as data.

import { encodeRecord } from '../../src/state/encode.ts'
import { decodeState } from '../../src/state/file.ts'

/**
 * Where two state files differ in content.
 *
 * Not compared: `terraform_version`, which names the writer, and the spelling of sensitive paths, as a path below the
 * first step may be written in two ways.
 */
export function sameState(a: string, b: string): string[] {
  const [one, other] = [a, b].map((text) => {
    const { terraform_version: _, resources: __, ...head } = JSON.parse(text) as { [part: string]: unknown }
    const { records } = decodeState(text, { file: 'state' })
    return new Map([
      ...Object.entries(head).map(([part, value]): [string, string] => [part, JSON.stringify(value)]),
      ...[...records].map(([key, record]): [string, string] => [key, encodeRecord(record)]),
    ])
  }) as [Map<string, string>, Map<string, string>]
  const keys = new Set([...one.keys(), ...other.keys()])
  return [...keys].filter((key) => one.get(key) !== other.get(key))
}
