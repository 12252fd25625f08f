// Differences of detail that `docs/differences.md` declares, wherever they come up.
import type { Path } from '../../src/path.ts'
import { toJson } from '../../src/schema/json.ts'
import { typesAgree } from '../../src/schema/kind.ts'
import { isList, isObject, isWhollyKnown, type Value } from '../../src/schema/value.ts'

/**
 * True if two differing parts of a change or a record may differ.
 *
 * `path` leads to them; `isKeyed`: the object is one of several of its block.
 */
export function isTolerated(path: Path, ours: Value, theirs: Value, isKeyed: boolean): boolean {
  switch (path.length === 1 ? path[0] : undefined) {
    // There it is forced on the single instance that something refers to, here on all instances of the block.
    case 'createBeforeDestroy':
      return isKeyed && ours === true
    case 'actions':
      return isKeyed && ours === 'create,delete' && theirs === 'delete,create'
    // Marks may reach further here: rather too much is hidden than too little.
    case 'beforeSensitive':
    case 'afterSensitive':
    case 'sensitive':
      return isList(ours) && isWider(ours, theirs)
  }
  // What is empty or null may be of any type here.
  if (path.at(-1) !== 'type' || !isWhollyKnown([ours, theirs])) return false
  return typesAgree(told(ours), told(theirs)) || sameButForName(told(ours), told(theirs))
}

/**
 * False for paths that only Terraform hides, and for no good: what was ignored and is followed again in a replacement
 * keeps its old marks in the plan, and what was shown in the plan is hidden once it is recorded. `planned` is its change.
 */
export function hidesTooLittle(
  path: Path,
  ours: Value | undefined,
  theirs: Value | undefined,
  planned: Value | undefined,
): boolean {
  if (path.length !== 1 || !isList(ours ?? null) || !isList(theirs ?? null) || !isObject(planned)) return true
  const missing = (theirs as readonly Value[]).filter((one) => !isWider(ours as readonly Value[], [one]))
  const within = (name: string) => {
    const paths = planned[name] ?? []
    return (one: Value) => isList(paths) && isWider(paths, [one])
  }
  const isReplaced = /delete/.test(String(planned['actions'])) && planned['after'] !== null
  if (path[0] === 'afterSensitive' && isReplaced) return !missing.every(within('beforeSensitive'))
  return path[0] !== 'sensitive' || missing.some(within('afterSensitive'))
}

/** A list told as a tuple, or a map as an object: what some functions yield is known to Terraform by their signature only. */
function sameButForName(ours: unknown, theirs: unknown): boolean {
  if (ours === 'dynamic' || theirs === 'dynamic') return true
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return ours === theirs
  const [a, b] = [parts(ours), parts(theirs)]
  if (a.kind !== b.kind) return false
  if (a.all !== 'absent' && b.all !== 'absent') return sameButForName(a.all, b.all)
  const keys = new Set([...a.each.keys(), ...b.each.keys()])
  return [...keys].every((key) => sameButForName(a.each.get(key) ?? a.all, b.each.get(key) ?? b.all))
}

interface Parts {
  readonly kind: 'sequence' | 'set' | 'mapping'
  readonly each: ReadonlyMap<string, unknown>
  /** Of whatever has no entry of its own. */
  readonly all: unknown
}

function parts([kind, inner]: readonly unknown[]): Parts {
  if (kind === 'tuple')
    return { kind: 'sequence', each: new Map(Object.entries(inner as object)), all: 'absent' }
  if (kind === 'object')
    return { kind: 'mapping', each: new Map(Object.entries(inner as object)), all: 'absent' }
  return {
    kind: kind === 'list' ? 'sequence' : kind === 'map' ? 'mapping' : 'set',
    each: new Map(),
    all: inner,
  }
}

/** A type in Terraform's notation, with nothing said of what is empty. */
function told(type: Value): unknown {
  const empty = ['["tuple",[]]', '["object",{}]']
  return JSON.parse(
    empty.reduce((text, one) => text.replaceAll(one, '"dynamic"'), JSON.stringify(toJson(type))),
  )
}

function isWider(ours: readonly Value[], theirs: Value): boolean {
  const covers = (wide: string, path: string) =>
    wide === path || wide === '[]' || path.startsWith(`${wide.slice(0, -1)},`)
  return isList(theirs) && theirs.every((path) => ours.some((wide) => covers(String(wide), String(path))))
}
