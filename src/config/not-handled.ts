// What Terraform knows and we do not yet: said aloud, with a way round it, never passed over.

import type { Value } from '../schema/value.ts'
import { isEmpty } from './block.ts'
import type { Problems, Site } from './site.ts'

/** What is not handled, and the way round it, in a full sentence. */
export const instead = {
  module: 'Put its resources into this configuration, or make them a construct of a cdktf app.',
  ephemeral:
    'Pass the secret as a sensitive variable to a write-only argument instead, or run this configuration under Terraform with the same provider: "hubform provider install".',
  cloud: 'Use the "local" backend.',
  provider_meta: 'Remove it.',
  experiments: 'Remove it.',
  provisioner: 'Run what it does after apply, in the script that runs it.',
  connection: 'It only serves provisioners; remove it.',
  dynamic: 'Write the argument as a list with a "for" expression instead.',
  ephemeralVariable:
    'Make it a sensitive variable instead; it reaches state only where it is not write-only.',
  ephemeralOutput: 'Make it a sensitive output instead.',
  _: 'Name the arguments directly in the block.',
} as const

export type NotHandled = keyof typeof instead

/** Reports something that is not handled, unless it says nothing. `what` names it: `A "module" block`. */
export function notHandled(
  key: NotHandled,
  value: Value | undefined,
  site: Site,
  what: string,
  problems: Problems,
): void {
  if (isEmpty(value) || value === false) return
  problems.add(site, 'Not handled yet', `${what} is not handled by Hubform yet. ${instead[key]}`)
}
