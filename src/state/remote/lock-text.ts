// What is written about a holder, as Terraform writes it, with our signs of life as further keys.
import type { LockInfo } from '../backend.ts'
import type { Beat } from './place.ts'

export function encodeLock(info: LockInfo, beat?: Beat): string {
  const ours =
    beat === undefined ? {} : { HubformID: info.ID, HubformBeat: beat.count, HubformBeatAt: beat.at }
  return JSON.stringify({ ...info, ...ours })
}

/** Nothing where it says nothing. */
export function decodeLock(text: string): {
  readonly info: LockInfo | undefined
  readonly beat: Beat | undefined
} {
  const found = parse(text)
  const id = found['ID']
  if (typeof id !== 'string' || id === '') return { info: undefined, beat: undefined }
  const word = (key: string) => {
    const value = found[key]
    return typeof value === 'string' ? value : ''
  }
  // Some servers tell the id of the holder and, for the rest, what the one who asks has sent himself.
  const isHolders = found['HubformID'] === id
  const [count, at] = [found['HubformBeat'], found['HubformBeatAt']]
  return {
    info: {
      ID: id,
      Operation: word('Operation'),
      Info: word('Info'),
      Who: word('Who'),
      Version: word('Version'),
      Created: word('Created'),
      Path: word('Path'),
    },
    beat: isHolders && typeof count === 'number' && typeof at === 'number' ? { count, at } : undefined,
  }
}

function parse(text: string): { readonly [key: string]: unknown } {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {}
  } catch {
    return {}
  }
}
