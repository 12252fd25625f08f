// Two addresses for one object: found before the service has to refuse the second.
import { compareAddresses, formatAddress } from '../address.ts'
import { type Diagnostic, problem } from '../diagnostics.ts'
import { naturalKey, scopeOf } from '../provider/collection.ts'
import type { RunOptions } from './api.ts'
import { getProvider } from './connect.ts'
import type { PlannedInstance } from './instance.ts'
import type { Plan } from './plan.ts'

/** Problems for planned objects that have the same natural key in the same collection. Unknown keys are left out. */
export function findTwins(
  instances: readonly PlannedInstance[],
  available: RunOptions['providers'],
  providers: Plan['providers'],
): Diagnostic[] {
  const first = new Map<string, string>()
  const ordered = [...instances].sort((a, b) => compareAddresses(a.address, b.address))
  return ordered.flatMap((instance) => {
    const source = providers[instance.providerKey]?.source
    if (source === undefined || instance.planned === null || instance.address.mode === 'data') return []
    const collection = getProvider(available, source).resources[instance.address.type]?.collection
    if (collection === undefined || collection.ambiguous === true) return []
    const scope = scopeOf(collection, instance.planned)
    const key = naturalKey(collection, instance.planned)
    if (scope === undefined || key === undefined) return []
    const id = `${instance.providerKey} ${scope} ${key}`
    const address = formatAddress(instance.address)
    const other = first.get(id)
    if (other === undefined) {
      first.set(id, address)
      return []
    }
    const detail = `${other} and ${address} have the same ${collection.key.join(' and ')}, so they would be one object. Keep one of them, and refer to it from the other places.`
    return [problem('Object configured twice', detail, { ...instance.block?.place, address })]
  })
}
