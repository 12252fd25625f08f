// One file's top-level blocks, each handed to its decoder.
import { didYouMean } from '../schema/suggest.ts'
import { argumentsOf, blocksOf, type Entry } from './block.ts'
import { decodeChecks } from './decode-check.ts'
import { decodeImports, decodeMoved, decodeRemoved } from './decode-refactoring.ts'
import { decodeResources } from './decode-resource.ts'
import { decodeTerraform } from './decode-terraform.ts'
import { decodeLocals, decodeOutputs, decodeProviders } from './decode-values.ts'
import { decodeVariables } from './decode-variable.ts'
import type { Draft } from './draft.ts'
import { type NotHandled, notHandled } from './not-handled.ts'
import { seek } from './seek.ts'
import type { Site, Source } from './site.ts'

type Decode = (entry: Entry, draft: Draft) => void

const unsupported =
  (key: NotHandled): Decode =>
  ({ value, site }, draft) =>
    notHandled(key, value, site, `${article(key)} "${key}" block`, draft.problems)

const decoders: { readonly [key: string]: Decode } = {
  terraform: decodeTerraform,
  variable: decodeVariables,
  locals: decodeLocals,
  output: decodeOutputs,
  provider: decodeProviders,
  resource: decodeResources('managed'),
  data: decodeResources('data'),
  module: unsupported('module'),
  moved: decodeMoved,
  import: decodeImports,
  removed: decodeRemoved,
  check: decodeChecks,
  ephemeral: unsupported('ephemeral'),
}

/** Adds what a file says to a draft. */
export function decodeFile(source: Source, draft: Draft): void {
  const root: Site = { source, path: [] }
  for (const entry of blocksOf(source.document.value, root, 'A configuration file', draft.problems).flatMap(
    argumentsOf,
  )) {
    const decode = Object.hasOwn(decoders, entry.key) ? decoders[entry.key] : undefined
    if (decode !== undefined) decode(entry, draft)
    else {
      const detail = `There is no block type "${entry.key}".${didYouMean(entry.key, Object.keys(decoders))}`
      draft.problems.add(entry.site, 'Unknown block type', detail)
    }
  }
  reportRepeats(source, draft)
}

/** Keys given twice where Terraform does not read them as two blocks. */
function reportRepeats(source: Source, { problems }: Draft): void {
  for (const repeat of source.document.repeats) {
    if (source.consumed.has(repeat)) continue
    const site: Site = { source, path: [], offset: repeat.offset }
    const first: Site = { ...site, offset: seek(source.text, [repeat.key], repeat.start).offset }
    const detail = `"${repeat.key}" is set at ${problems.describe(first)} and again at ${problems.describe(site)}. Remove one of them.`
    problems.add(site, 'Duplicate argument', detail)
  }
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'An' : 'A'
}
