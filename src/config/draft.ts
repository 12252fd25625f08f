// A configuration while its files are being decoded.
import type {
  CheckBlock,
  Config,
  Import,
  Local,
  Moved,
  Output,
  ProviderBlock,
  Removed,
  ResourceBlock,
  Variable,
} from './config.ts'
import type { Problems, Site } from './site.ts'

/** What decoders add to. */
export interface Draft {
  readonly variables: Map<string, Variable>
  readonly locals: Map<string, Local>
  readonly outputs: Map<string, Output>
  readonly providers: ProviderBlock[]
  readonly requiredProviders: Map<string, string>
  readonly versionConstraints: Map<string, string>
  readonly resources: Map<string, ResourceBlock>
  readonly moved: Moved[]
  readonly removed: Removed[]
  readonly imports: Import[]
  readonly checks: Map<string, CheckBlock>
  backend: Config['backend']
  /** Where each declared thing is, by a key of its own. */
  readonly declared: Map<string, Site>
  readonly problems: Problems
}

export function emptyDraft(problems: Problems): Draft {
  return {
    variables: new Map(),
    locals: new Map(),
    outputs: new Map(),
    providers: [],
    requiredProviders: new Map(),
    versionConstraints: new Map(),
    resources: new Map(),
    moved: [],
    removed: [],
    imports: [],
    checks: new Map(),
    backend: undefined,
    declared: new Map(),
    problems,
  }
}

/** Notes a declaration. False, and reported with both places, if there is one of that name already. */
export function declare(draft: Draft, name: string, site: Site, what: string): boolean {
  const first = draft.declared.get(name)
  if (first === undefined) {
    draft.declared.set(name, site)
    return true
  }
  const places = `${draft.problems.describe(first)} and again at ${draft.problems.describe(site)}`
  const detail = `${name} is declared at ${places}. Rename or remove one of them.`
  draft.problems.add(site, `Duplicate ${what}`, detail)
  return false
}
