// `lifecycle`: how a resource may be changed.
import type { Mode } from '../address.ts'
import type { PathStep } from '../path.ts'
import { field } from '../schema/value.ts'
import { type Block, blocksOf, checkKeys, literalBool } from './block.ts'
import type { Lifecycle } from './config.ts'
import { decodeConditions } from './decode-conditions.ts'
import { decodeTriggers, listed } from './decode-references.ts'
import { inner, type Problems, type Site } from './site.ts'

const settings = ['prevent_destroy', 'create_before_destroy', 'ignore_changes', 'replace_triggered_by']
const conditions = ['precondition', 'postcondition'] as const

const none: Lifecycle = {
  preventDestroy: false,
  createBeforeDestroy: false,
  ignoreChanges: [],
  replaceTriggeredBy: [],
}

/** Decodes the lifecycle of a resource; that of a data source can only hold conditions. */
export function decodeLifecycle({ value, site }: Block, mode: Mode, problems: Problems): Lifecycle {
  if (!Object.hasOwn(value, 'lifecycle')) return none
  const at = inner(site, 'lifecycle')
  const what = `The lifecycle of ${site.address}`
  const [block, second] = blocksOf(field(value, 'lifecycle') ?? null, at, what, problems)
  if (second !== undefined) problems.add(second.site, 'Duplicate lifecycle', `${what} is given twice.`)
  if (block === undefined) return none
  checkKeys(block, mode === 'data' ? conditions : [...settings, ...conditions], what, problems)
  const owner = `of ${site.address}`
  const held = {
    preconditions: decodeConditions(block, 'precondition', owner, problems),
    postconditions: decodeConditions(block, 'postcondition', owner, problems),
  }
  if (mode === 'data') return { ...none, ...held }
  return {
    ...held,
    preventDestroy: literalBool(block, 'prevent_destroy', problems) ?? false,
    createBeforeDestroy: literalBool(block, 'create_before_destroy', problems) ?? false,
    ignoreChanges: decodeIgnored(block, problems),
    replaceTriggeredBy: decodeTriggers(block, problems),
  }
}

function decodeIgnored(block: Block, problems: Problems): Lifecycle['ignoreChanges'] {
  const written = field(block.value, 'ignore_changes')
  if (written === 'all') return 'all'
  return listed(block, 'ignore_changes', problems).flatMap(({ value, site }) => {
    const path = typeof value === 'string' && value !== 'all' ? parsePath(value) : undefined
    if (path !== undefined) return [path]
    reportPath(site, problems)
    return []
  })
}

function reportPath(site: Site, problems: Problems): void {
  const detail = `An element of "ignore_changes" is an attribute, such as tags or tags["owner"]. For all attributes, write "ignore_changes": "all", without a list.`
  problems.add(site, 'Invalid attribute path', detail)
}

/** Reads `tags`, `tags.owner`, `tags["owner"]`, `list[0].name`. */
function parsePath(text: string): readonly PathStep[] | undefined {
  const step =
    /(?<dot>\.?)(?<name>[\p{L}_][\p{L}\p{N}_-]*)|\[(?<index>\d+)\]|\.(?<old>\d+)|\[(?<key>"(?:[^"\\]|\\.)*")\]/uy
  const path: PathStep[] = []
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups
    if (groups === undefined) return undefined
    const { dot, name, index, old, key } = groups
    // A name starts the path without a dot, and only there.
    if (name !== undefined ? (dot === '') !== (path.length === 0) : path.length === 0) return undefined
    if (name !== undefined) path.push(name)
    else if (key !== undefined) path.push(JSON.parse(key) as string)
    else path.push(Number(index ?? old))
  }
  return path.length === 0 ? undefined : path
}
