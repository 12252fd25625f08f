// What an earlier run was about to do when it died, looked into while planning.
import { formatAddress } from '../address.ts'
import { type Diagnostic, type Place, warning } from '../diagnostics.ts'
import { equal } from '../schema/value.ts'
import type { Intent } from '../state/journal.ts'
import { type ResourceRecord, recordKey, type State } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall } from './call.ts'
import type { PlannedInstance } from './instance.ts'
import type { Live, Source } from './live.ts'
import { recoverRecord } from './recover.ts'

export interface OpenIntents {
  /**
   * What is to count as recorded under a key where state has nothing: the object that was made after all, or the one
   * that was to be replaced and was not. Looks once for each key. Throws what the service throws.
   */
  find(key: string, source: () => Omit<Source, 'call'>, place: Place): Promise<ResourceRecord | undefined>
  /** Why nothing may be done at an address: there is an object that is not ours for certain. */
  blocked(key: string): string | undefined
  /** Creates that nobody has asked about. */
  unasked(): readonly Intent[]
  /** What was found, and made by the run that died. */
  readonly recovered: readonly ResourceRecord[]
  /** Keys of deposed objects that are current again. */
  readonly restored: ReadonlySet<string>
  /**
   * Steps whose outcome is known, given whether the plan has looked at an object. What is blocked stays open as long as
   * it is wanted.
   */
  settled(hasRead: (intent: Intent) => boolean, isWanted: (key: string) => boolean): readonly string[]
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
  const blocked = new Map<string, string>()
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
      const found = await recoverRecord(intent, { ...source(), call }, live, (id) => owned(type, id))
      if (found.kind === 'made') {
        recovered.push(found.record)
        return found.record
      }
      if (found.kind === 'different') blocked.set(key, found.detail)
      const old = findReplaced(state, key)
      if (old === undefined) return undefined
      restored.add(recordKey(old))
      return { ...old, deposed: undefined }
    },
    blocked: (key) => blocked.get(key),
    unasked: () => [...creates.values()].filter(({ key }) => !known.has(key)),
    settled: (hasRead, isWanted) =>
      request.openIntents
        .filter(({ key }) => !blocked.has(key) || !isWanted(key))
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

/** What became of updates and deletes that an earlier run died over, in words: their objects have been read. */
export function changesSettled(
  intents: readonly Intent[],
  instances: readonly PlannedInstance[],
  hasRead: (intent: Intent) => boolean,
): Diagnostic[] {
  const changes = intents.filter((intent) => intent.action !== 'create' && hasRead(intent))
  if (changes.length === 0) return []
  const byKey = new Map(instances.map((instance) => [recordKey(instance), instance]))
  return changes.map(({ action, key }) => {
    const found = byKey.get(key)
    const act = action === 'update' ? 'changed' : 'destroyed'
    return warning(
      'Interrupted change looked into',
      `An earlier run stopped while it ${act} ${key}. ${found === undefined ? 'It is not recorded any more.' : wordsOn(found)}`,
      { address: key },
    )
  })
}

function wordsOn({ recorded, prior }: PlannedInstance): string {
  if (prior === undefined) return 'It was read again: it is gone.'
  const names = Object.keys(prior).filter((name) => !equal(prior[name] ?? null, recorded?.[name] ?? null))
  return names.length === 0
    ? 'It was read again: it is as it was recorded.'
    : `It was read again: ${names.join(', ')} changed.`
}
