// Invitations that would have gone out by mail, and what the invited do with them.
import * as z from 'zod/mini'
import type { Tables } from './model.ts'

const answer = z.strictObject({
  to: z.string(),
  /** Accepts the invitation and sets this password. */
  password: z.optional(z.string()),
  /** Lets the invitation lapse. */
  expire: z.optional(z.literal(true)),
})

/** All invitations, oldest first. */
export function outboxOf(tables: Tables): readonly unknown[] {
  return tables.invitations.all().map((invitation) => ({ kind: 'invitation', ...invitation }))
}

/** Plays the invited person. Throws a TypeError if nobody with that address was invited. */
export function answerInvitation(tables: Tables, input: unknown): void {
  const parsed = answer.safeParse(input)
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error))
  const { to, password, expire } = parsed.data
  const user = tables.users.find('email', to.toLowerCase())
  if (user?.status !== 'INVITED') throw new TypeError(`nobody with the address ${to} is invited`)
  if (password !== undefined) tables.users.put({ ...user, status: 'ACTIVE', password })
  else if (expire) tables.users.put({ ...user, invite_expired: true })
  else throw new TypeError('say password to accept, or expire')
}
