// What an earlier run was about to do when it died, looked into while planning.
import { formatAddress } from '../address.ts'
import type { Place } from '../diagnostics.ts'
import type { Intent } from '../state/journal.ts'
import { type ResourceRecord, recordKey, type State } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall } from './call.ts'
import type { Live, Source } from './live.ts'
import { recoverRecord } from './recover.ts'

export interface OpenIntents {
  /**
   * What is to count as recorded under a key where state has nothing: the object that was made after all, or the one
   * that was to be replaced and was not. Looks once for each key. Throws what the service throws.
   */
  find(key: string, source: () => Omit<Source, 'call'>, place: Place): Promise<ResourceRecord | undefined>
  /** Creates that nobody has asked about. */
  unasked(): readonly Intent[]
  /** What was found, and made by the run that died. */
  readonly recovered: readonly ResourceRecord[]
  /** Keys of deposed objects that are current again. */
  readonly restored: ReadonlySet<string>
  /** Steps whose outcome is known, given whether the plan has looked at an object. */
  settled(hasRead: (intent: Intent) => boolean): readonly string[]
}

/** `owned` tells identities of recorded objects, which are never taken for what was made. */
export function openIntents(
  request: Pick<PlanRequest, 'abort' | 'world' | 'onEvent' | 'openIntents' | 'state'>,
  live: Live,
  owned: (type: string, identity: string) => boolean,
): OpenIntents {
  const { state } = request
  const creates = new Map(
    request.openIntents.filter(({ action }) => action === 'create').map((intent) => [intent.key, intent]),
  )
  const recovered: ResourceRecord[] = []
  const restored = new Set<string>()
  // Where something is recorded, the run lived long enough to tell what it had made.
  const known = new Set([...creates.keys()].filter((key) => state.records.has(key)))

  return {
    recovered,
    restored,
    async find(key, source, place) {
      const intent = creates.get(key)
      if (intent === undefined || known.has(key)) return undefined
      known.add(key)
      const { type } = intent.record.address
      const call = makeCall(request, { ...place, address: key })
      const made = await recoverRecord(intent, { ...source(), call }, live, (id) => owned(type, id))
      if (made !== undefined) {
        recovered.push(made)
        return made
      }
      const old = findReplaced(state, key)
      if (old === undefined) return undefined
      restored.add(recordKey(old))
      return { ...old, deposed: undefined }
    },
    unasked: () => [...creates.values()].filter(({ key }) => !known.has(key)),
    settled: (hasRead) =>
      request.openIntents
        .filter((intent) => (intent.action === 'create' ? known.has(intent.key) : hasRead(intent)))
        .map(({ step }) => step),
  }
}

/** The object that waits to be destroyed at an address; with several, nobody can tell which was the last one. */
function findReplaced(state: State, key: string): ResourceRecord | undefined {
  const waiting = [...state.records.values()].filter(
    ({ address, deposed }) => deposed !== undefined && formatAddress(address) === key,
  )
  return waiting.length === 1 ? waiting[0] : undefined
}
