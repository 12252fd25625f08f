// What the status word of a deployment or an environment means.

/** Words by meaning, in any case. Settings of the provider. */
export interface StatusWords {
  readonly deployed: readonly string[]
  readonly undeployed: readonly string[]
  readonly failed: readonly string[]
  readonly transitional: readonly string[]
}

export const defaultStatusWords: StatusWords = {
  deployed: ['DEPLOYED'],
  undeployed: ['UNDEPLOYED'],
  failed: ['FAILED'],
  transitional: ['DEPLOYING', 'UNDEPLOYING'],
}

/** `moving` is on its way; `unknown` is a word nobody told us the meaning of. */
export type Standing = 'enabled' | 'disabled' | 'failed' | 'moving' | 'unknown'

/** Where a deployment stands. Without a status word, the flag alone decides. */
export function standingOf(
  deployment: { readonly status?: string | undefined; readonly enabled?: boolean | undefined },
  words: StatusWords,
): Standing {
  const { status, enabled } = deployment
  if (status === undefined || status === '') {
    return enabled === undefined ? 'unknown' : enabled ? 'enabled' : 'disabled'
  }
  const is = (list: readonly string[]) => list.some((word) => word.toLowerCase() === status.toLowerCase())
  if (is(words.failed)) return 'failed'
  if (is(words.transitional)) return 'moving'
  if (is(words.deployed)) return 'enabled'
  return is(words.undeployed) ? 'disabled' : 'unknown'
}

/**
 * What to say of `enabled` for a deployment as found, now that nobody waits. Saying it twice says the same.
 *
 * One that failed is not in use, so that the next plan tries again.
 */
export function enabledOf(
  deployment: { readonly status?: string | undefined; readonly enabled?: boolean | undefined },
  words: StatusWords,
  before: boolean | undefined,
): boolean {
  switch (standingOf(deployment, words)) {
    case 'enabled':
      return true
    case 'disabled':
    case 'failed':
      return false
    default:
      return deployment.enabled ?? before ?? !/^un|^dis/i.test(deployment.status ?? '')
  }
}

/** True if an environment that can still be read is gone for all purposes. */
export function saysDeleted(status: string | undefined): boolean {
  return /^(deleted|removed|destroyed|purged)$/i.test(status ?? '')
}
