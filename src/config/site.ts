// Where a decoder is in which file, and the problems it meets there.
import { type Diagnostic, type Place, problem, warning } from '../diagnostics.ts'
import type { Path, PathStep } from '../path.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { Document, Repeat } from './json.ts'
import { positionAt } from './position.ts'
import { seek } from './seek.ts'

/** One file, read as JSON. */
export interface Source {
  readonly file: string
  readonly text: string
  readonly document: Document
  readonly repeats: ReadonlyMap<ObjectValue, readonly Repeat[]>
  /** Repeats that a decoder looked at as further blocks; the others are duplicates. */
  readonly consumed: Set<Repeat>
}

/** A place in a file while it is being decoded. */
export interface Site {
  readonly source: Source
  /** From the root of the file. */
  readonly path: Path
  /** Set inside a repeated key, which a path cannot tell from the first one. */
  readonly offset?: number | undefined
  readonly address?: string | undefined
  readonly construct?: string | undefined
}

/** A step further in. */
export function inner(site: Site, ...steps: readonly PathStep[]): Site {
  return steps.length === 0 ? site : { ...site, path: [...site.path, ...steps] }
}

/** The place of a block, without a line: those are looked up when a problem is shown. */
export function placeOf(site: Site): Place {
  const { address, construct } = site
  return {
    file: site.source.file,
    ...(address === undefined ? {} : { address }),
    ...(construct === undefined ? {} : { construct }),
  }
}

/** The same with line and column. Scans the text. */
function exactPlace(site: Site): Place {
  const { text } = site.source
  return { ...placeOf(site), ...positionAt(text, site.offset ?? seek(text, site.path).offset) }
}

/** Beyond this many, problems are reported without a line: each look-up scans the file. */
const LOCATED = 50

/** Collects what is wrong while decoding goes on. */
export class Problems {
  readonly #found: { readonly diagnostic: Diagnostic; readonly site: Site | undefined }[] = []

  add(site: Site, summary: string, detail: string): void {
    this.#found.push({ diagnostic: problem(summary, detail, placeOf(site)), site })
  }

  warn(site: Site, summary: string, detail: string): void {
    this.#found.push({ diagnostic: warning(summary, detail, placeOf(site)), site })
  }

  /** For a message: `a.tf.json line 3`. Only the file when there are many problems already. */
  describe(site: Site): string {
    if (this.#found.length >= LOCATED) return site.source.file
    const { file, line } = exactPlace(site)
    return `${file} line ${line}`
  }

  /** Takes over diagnostics that say themselves where they are. */
  take(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#found.push({ diagnostic, site: undefined })
  }

  /** Everything found, with lines. */
  list(): readonly Diagnostic[] {
    return this.#found.map(({ diagnostic, site }, i) =>
      site === undefined || i >= LOCATED ? diagnostic : { ...diagnostic, where: exactPlace(site) },
    )
  }
}
