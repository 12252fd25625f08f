// Why something happens, in words.
import { formatKey } from '../address.ts'
import type { Change, FieldReason, Reason } from '../engine/change.ts'
import { formatPath, type Path } from '../path.ts'
import { listed } from './text.ts'

/** A record over the union, so that the compiler names the reason that has no words yet. */
const words: { readonly [R in Reason]: (change: Change) => string } = {
  create_because_new: () => 'because it is new in the configuration',
  create_because_gone: () => 'because it no longer exists in the service',
  update_because_configuration: (change) => because(change, 'because its configuration changed'),
  update_because_drift: (change) => because(change, 'because the object was changed outside'),
  replace_because_cannot_update: (change) => {
    const names = paths(change.replacePaths)
    return names === ''
      ? 'because it cannot be changed in place'
      : `because this cannot be changed in place: ${names}`
  },
  replace_because_tainted: () => 'because an earlier run left it incomplete (tainted)',
  replace_by_request: () => 'because its replacement was asked for',
  replace_by_triggers: () => 'because something in its replace_triggered_by changes',
  delete_because_no_resource_config: () => 'because it is no longer in the configuration',
  delete_because_no_move_target: () => 'because a "moved" block leads to no block that there is',
  delete_because_wrong_repetition: () => 'because its block uses count or for_each differently now',
  delete_because_count_index: ({ address }) => `because index ${formatKey(address.key)} is beyond its count`,
  delete_because_each_key: ({ address }) => `because key ${formatKey(address.key)} is not in its for_each`,
  delete_by_request: () => 'because its destruction was asked for',
  delete_deposed: () => 'because an earlier replacement left it behind',
  read_because_config_unknown: () => 'because its arguments are not known yet',
  read_because_dependency_pending: () => 'because something it depends on changes first',
  read_because_check_nested: () => 'to verify a check',
}

/** Lines for below the header of a change: why it happens. Empty for a no-op. */
export function reasonLines(change: Change): string[] {
  if (change.action === 'no-op') return []
  const first = change.reason === undefined ? otherReason(change) : words[change.reason](change)
  return first === '' ? [] : [first, ...secondary(change)]
}

/** What is said beside an attribute. Undefined when its reason goes without saying. */
export function fieldRemark(reason: FieldReason | undefined): string | undefined {
  if (reason?.why === 'drift') return 'changed outside'
  return reason?.why === 'secret' ? 'its secret changed' : undefined
}

function because(change: Change, fallback: string): string {
  return otherReason(change) || fallback
}

/** From the reasons of the attributes alone. */
function otherReason(change: Change): string {
  const parts = [
    part(change, 'configuration', 'its configuration changed'),
    part(change, 'drift', 'the object was changed outside'),
    part(change, 'secret', 'a secret changed'),
  ].filter((text) => text !== '')
  if (parts.length === 0 && change.action === 'forget')
    return 'because the configuration says to let go of it'
  return parts.length === 0 ? '' : `because ${parts.join(', and ')}`
}

function part(change: Change, why: FieldReason['why'], text: string): string {
  const names = paths(change.fields.filter((reason) => reason.why === why).map(({ path }) => path))
  return names === '' ? '' : `${text}: ${names}`
}

/** For a replacement, what set off the difference that cannot be made in place. */
function secondary(change: Change): string[] {
  if (change.reason !== 'replace_because_cannot_update') return []
  const text = otherReason(change)
  return text === '' ? [] : [text]
}

function paths(list: readonly Path[]): string {
  return listed([...new Set(list.map(formatPath))])
}
