// Two outcomes of one step, side by side.
import { formatPath, type Path } from '../../src/path.ts'
import { encodeValue } from '../../src/schema/json.ts'
import { equal, field, isList, isObject, UNKNOWN, type Value } from '../../src/schema/value.ts'
import type { OurOutcome } from './hubform.ts'
import { checkResultsIn, type Outcome, stateOrder, stateValue } from './outcome.ts'
import { hidesTooLittle, isTolerated } from './tolerated.ts'

export interface Difference {
  /** Address, `output.name`, or empty when it is about the run as a whole. */
  readonly subject: string
  readonly what: string
  readonly ours: string
  readonly theirs: string
}

/** Everything in which the engines disagree over a step. */
export function differencesBetween(ours: OurOutcome, theirs: Outcome): readonly Difference[] {
  if (isTheirFault(ours, theirs)) return []
  if (isSeenEarlier(ours, theirs)) return []
  if (ours.failed !== theirs.failed) {
    const say = ({ failed, message }: Outcome) => (failed ? `${failed} failed: ${message}` : 'no error')
    return [{ subject: '', what: 'error', ours: say(ours), theirs: say(theirs) }]
  }
  const orders = [stateOrder(ours.state), stateOrder(theirs.state)] as const
  return [
    ...differencesOf('plan', ours.changes, theirs.changes, (key) => key, theirs.changes),
    ...differencesOf('plan', outputsIn(ours, ours), outputsIn(ours, theirs), (key) => `output.${key}`),
    ...differencesOf(
      'state',
      recordsIn(ours, ours),
      recordsIn(ours, theirs),
      (key) => key,
      theirs.changes,
    ).filter((one) => !isHalfMade(ours, one)),
    ...differencesOf('plan check', ours.checks, theirs.checks, (key) => key),
    ...differencesOf(
      'check result',
      checkResultsIn(ours.state),
      checkResultsIn(theirs.state),
      (key) => key,
    ).filter((one) => !isForgotten(one)),
    ...(equal(...orders)
      ? []
      : [{ subject: '', what: 'order in state', ours: show(orders[0]), theirs: show(orders[1]) }]),
    ...orderDifferences(ours, theirs),
  ]
}

/**
 * Terraform can lose its way among objects with create_before_destroy that are gone, replaced and depended on at once,
 * trips over its own provider where a value turns out to be of another type, or sensitive, only when it is known, and
 * finds values that it does not know where objects go that others count.
 */
function isTheirFault(ours: Outcome, { failed, message }: Outcome): boolean {
  if (failed === undefined) return false
  if (message.includes('Error: Cycle')) return ours.failed !== 'plan'
  return (
    ours.failed === undefined &&
    /Provider produced inconsistent final plan|still contains unknown values during apply/.test(message)
  )
}

/** An object that was made and then something failed is to be made anew there, and completed here. */
function isHalfMade({ failed }: Outcome, { what, ours, theirs }: Difference): boolean {
  return failed === 'apply' && what === 'state tainted' && ours === 'false' && theirs === 'true'
}

/** What is there already and would be made is refused when planning here, and by the service when applying there. */
function isSeenEarlier(ours: Outcome, theirs: Outcome): boolean {
  // Terraform does not know what makes two objects one.
  if (ours.failed === 'plan' && ours.message.includes('Object configured twice:')) return true
  return (
    ours.failed === 'plan' && theirs.failed === 'apply' && ours.message.includes('Object exists already:')
  )
}

/** What a look-up was found to hold while planning is not known any more there once something else was applied. */
function isForgotten({ subject, ours, theirs }: Difference): boolean {
  return subject.startsWith('data.') && ours === '"pass"' && theirs === '"unknown"'
}

function differencesOf(
  what: string,
  ours: ReadonlyMap<string, Value>,
  theirs: ReadonlyMap<string, Value>,
  subject: (key: string) => string,
  planned: ReadonlyMap<string, Value> = new Map(),
): Difference[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) =>
    changeDifferences(ours.get(key), theirs.get(key), key.endsWith(']'), hidesMore(theirs))
      .filter(([path, a, b]) => hidesTooLittle(path, a, b, planned.get(key)))
      .map(([path, a, b]) => ({
        subject: subject(key),
        what: `${what} ${formatPath(path)}`.trim(),
        ours: show(a),
        theirs: show(b),
      })),
  )
}

/** Before it destroys, Terraform looks at everything once more, and takes outputs as they would have become. */
function outputsIn({ plan }: OurOutcome, { outputs }: Outcome): ReadonlyMap<string, Value> {
  if (plan?.mode !== 'destroy') return outputs
  const actions = [...outputs].map(([name, change]): [string, Value] => [
    name,
    isObject(change) ? (change['actions'] ?? null) : change,
  ])
  return new Map(actions)
}

/** In a run that only refreshes, Terraform takes create_before_destroy from the configuration; here the record stays. */
function recordsIn({ plan }: OurOutcome, { state }: Outcome): ReadonlyMap<string, Value> {
  const records = stateValue(state)
  if (plan?.mode !== 'refresh-only') return records
  return new Map(
    [...records].map(([key, record]) => [
      key,
      isObject(record) ? { ...record, createBeforeDestroy: false } : record,
    ]),
  )
}

type Pair = [Path, Value | undefined, Value | undefined]

/**
 * Terraform knows the kind of what it does not know, and so now and then can tell what we cannot, or the other way
 * round. What it plans then differs; what becomes of it must not.
 */
function changeDifferences(
  a: Value | undefined,
  b: Value | undefined,
  isKeyed: boolean,
  hides: boolean,
): Pair[] {
  const all = valueDifferences(a, b, [], isKeyed).filter(
    ([path]) => !(path[0] === 'actions' && isOfNull(a, b)) && !(path[0] === 'before' && isRemoved(a, b)),
  )
  const isGuess = guesses(all, hides)
  const follows = ['after', 'actions', 'reason', 'afterSensitive', 'replacePaths']
  return isGuess ? all.filter(([path]) => !follows.includes(String(path[0]))) : all
}

/** An object that no block wants any more is shown as it was recorded there, and here as it is. */
function isRemoved(a: Value | undefined, b: Value | undefined): boolean {
  const reason = (change: Value | undefined) => String((isObject(change) ? change['reason'] : null) ?? '')
  return /^delete_because/.test(reason(a)) && /^delete_because/.test(reason(b))
}

/** The type of null, and of what is empty, is not known here: an output that holds one is of another type there, and that alone updates it. */
function isOfNull(a: Value | undefined, b: Value | undefined): boolean {
  if (!isObject(a) || !isObject(b)) return false
  const before = a['before'] ?? null
  const after = a['after'] ?? null
  return a['actions'] === 'no-op' && b['actions'] === 'update' && equal(before, after) && holdsNull(after)
}

function holdsNull(value: Value): boolean {
  if (isList(value)) return value.length === 0 || value.some(holdsNull)
  if (!isObject(value)) return value === null
  const inner = Object.values(value)
  return inner.length === 0 || inner.some(holdsNull)
}

/** True if something is only hidden from now on, or in other places: there that is an update, and triggers others. */
function hidesMore(changes: ReadonlyMap<string, Value>): boolean {
  return [...changes.values()].some(
    (change) =>
      isObject(change) &&
      change['actions'] === 'no-op' &&
      change['after'] !== null &&
      !equal(change['beforeSensitive'] ?? null, change['afterSensitive'] ?? null),
  )
}

function guesses(all: readonly Pair[], hides: boolean): boolean {
  const isTriggered = ([path, x, y]: Pair) =>
    path[0] === 'reason' && x !== 'replace_by_triggers' && y === 'replace_by_triggers'
  if (hides && all.some(isTriggered)) return true
  const after = all.filter(([path]) => path[0] === 'after')
  return after.length > 0 && after.every(([, x, y]) => x === UNKNOWN || y === UNKNOWN)
}

/** Subjects of which one engine could tell more than the other: one may replace an object that the other keeps. */
export function guessedSubjects(ours: OurOutcome, theirs: Outcome): readonly string[] {
  return [...ours.changes.keys()].filter((key) =>
    guesses(
      valueDifferences(ours.changes.get(key), theirs.changes.get(key), [], false),
      hidesMore(theirs.changes),
    ),
  )
}

function valueDifferences(a: Value | undefined, b: Value | undefined, path: Path, isKeyed: boolean): Pair[] {
  if (a !== undefined && b !== undefined && equal(a, b)) return []
  if (isTolerated(path, a ?? null, b ?? null, isKeyed)) return []
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      valueDifferences(field(a, key), field(b, key), [...path, key], isKeyed),
    )
  }
  if (a !== undefined && b !== undefined && isList(a) && isList(b) && a.length === b.length) {
    return a.flatMap((inner, i) => valueDifferences(inner, b[i], [...path, i], isKeyed))
  }
  return [[path, a, b]]
}

/** A value in few words; undefined is absent. */
export function show(value: Value | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(encodeValue(value))
}

/** Steps that the other engine did in an order that our plan forbids. */
function orderDifferences({ plan }: OurOutcome, theirs: Outcome): Difference[] {
  if (plan === undefined) return []
  const needs = new Map([...plan.steps, ...plan.joins].map((node) => [node.id, node.needs]))
  const stepIds = new Set(plan.steps.map((step) => step.id))
  const at = new Map<string, number>()
  // A step's id may go on with its deposed key, which the other engine does not tell.
  const place = (id: string) => at.get(id.replace(/ \(deposed .*\)$/, ''))
  for (const [i, id] of theirs.sequence.entries()) {
    // Two objects of one address, of which one waited to be destroyed: they cannot be told apart.
    at.set(id, at.has(id) ? Number.NaN : i)
  }
  const before = (id: string, seen = new Set<string>()): string[] =>
    (needs.get(id) ?? []).flatMap((need) => {
      if (seen.has(need)) return []
      seen.add(need)
      return stepIds.has(need) ? [need] : before(need, seen)
    })
  return plan.steps.flatMap((step) =>
    before(step.id).flatMap((first) => {
      const [a, b] = [place(first), place(step.id)]
      // An object is destroyed after all that stands on it, whatever Terraform makes of create_before_destroy.
      const letsGo = step.action === 'delete'
      return a === undefined || b === undefined || !(a >= b) || letsGo
        ? []
        : [
            {
              subject: step.id.replace(/^\w+ /, ''),
              what: 'order',
              ours: `after ${first}`,
              theirs: 'before it',
            },
          ]
    }),
  )
}
