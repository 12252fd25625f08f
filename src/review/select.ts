// Which changes of a large plan are shown in detail.
import type { Action, Change } from '../engine/change.ts'
import { plural } from './text.ts'

export interface Selection {
  /** In the order they came in. */
  readonly shown: readonly Change[]
  readonly left: readonly Change[]
}

/** What loses something comes first, so that it is never among what is left out while a creation is shown. */
const urgency: { readonly [A in Action]: number } = {
  delete: 0,
  replace: 0,
  forget: 1,
  update: 2,
  create: 3,
  read: 4,
  'no-op': 5,
}

/** Chooses at most `limit` changes, the ones that destroy first. */
export function select(changes: readonly Change[], limit: number): Selection {
  if (changes.length <= limit) return { shown: changes, left: [] }
  const ranked = changes.map((change, i) => ({ change, i }))
  ranked.sort((a, b) => urgency[a.change.action] - urgency[b.change.action] || a.i - b.i)
  const chosen = new Set(ranked.slice(0, limit).map(({ i }) => i))
  return {
    shown: changes.filter((_, i) => chosen.has(i)),
    left: changes.filter((_, i) => !chosen.has(i)),
  }
}

const verbs: { readonly [A in Action]: string } = {
  delete: 'to destroy',
  replace: 'to replace',
  forget: 'to let go',
  update: 'to change',
  create: 'to add',
  read: 'to read',
  'no-op': 'to leave',
}

/** `tavio_user: 600 to add, 2 to change`, by type. */
export function countsByType(changes: readonly Change[]): string[] {
  const types = [...new Set(changes.map(typeOf))].sort()
  return types.map((type) => {
    const own = changes.filter((change) => typeOf(change) === type)
    const actions = (Object.keys(verbs) as Action[]).map((action) => {
      const count = own.filter((change) => change.action === action).length
      return count === 0 ? '' : `${count} ${verbs[action]}`
    })
    return `${type}: ${actions.filter((text) => text !== '').join(', ')}`
  })
}

/** The line before the counts. */
export function leftLine(count: number): string {
  return `${plural(count, 'more change')} not shown in detail:`
}

function typeOf({ address }: Change): string {
  return address.mode === 'data' ? `data.${address.type}` : address.type
}
