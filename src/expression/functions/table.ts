// The function table.
import { collectionFunctions } from './collection.ts'
import { conversionFunctions } from './conversion.ts'
import { dateFunctions } from './date.ts'
import type { Func } from './define.ts'
import { encodingFunctions } from './encoding.ts'
import { fileFunctions } from './file.ts'
import { hashFunctions } from './hash.ts'
import { networkFunctions } from './network.ts'
import { numericFunctions } from './numeric.ts'
import { regexFunctions } from './regex.ts'
import { sequenceFunctions } from './sequence.ts'
import { setFunctions } from './set.ts'
import { stringFunctions } from './string.ts'
import { yamlFunctions } from './yaml.ts'

/** All functions by name, but for `try` and `can`, which do not take values and are part of evaluation. */
export const functions: ReadonlyMap<string, Func> = new Map(
  [
    collectionFunctions,
    conversionFunctions,
    dateFunctions,
    encodingFunctions,
    fileFunctions,
    hashFunctions,
    networkFunctions,
    numericFunctions,
    regexFunctions,
    sequenceFunctions,
    setFunctions,
    stringFunctions,
    yamlFunctions,
  ].flatMap((kind) => Object.entries(kind)),
)

/** Names in the table, to suggest one. */
export function functionNames(): readonly string[] {
  return [...functions.keys()]
}
