// Every choice the contract leaves open ("Unknowns"), as one record. The first position is the default, which asks
// more of a client; the second is that of the `flipped` profile; others follow.
//
// Where flipped switches meet:
// - Environment calls refuse OrgAdminOAuth (row 5) and connect accepts it (row 3): connect wins, and an administrator's
//   EnvAuth may do everything in its environment. A client that never connects as an administrator must use a user.
// - A create answers only with a Location (`createAnswer`), but objects that cannot be read (rows 15, 29) are returned
//   whole: otherwise nobody could learn their id.
// - Deletes that are seen late (`deleteLag`) and soft deletes (row 26): DELETING for so many reads, then DELETED.
// - Updates by PATCH (row 9) and enabling by PATCH (row 33) are one route; it takes the keys of both.
import * as z from 'zod/mini'

type Position = string | boolean | number

interface Switch<T extends Position> {
  /** Of contract §7; undefined for what is ruled in §8 or said elsewhere. */
  readonly row: number | undefined
  readonly positions: readonly [T, T, ...T[]]
  /** Any whole number from 0 is a position. */
  readonly free: boolean
}

function choice<const T extends string | boolean>(
  row: number | undefined,
  ...positions: [T, T, ...T[]]
): Switch<T> {
  return { row, positions, free: false }
}

function count(row: number | undefined, usual: number, flipped: number): Switch<number> {
  return { row, positions: [usual, flipped], free: true }
}

/** The one record. Row numbers are those of contract §7. */
export const switchTable = {
  /** Row 1: where client-credentials tokens are issued. `organization` serves `/v1/{orgDomain}/oauth/token` and `/oauth/token`, `root` only the latter. */
  tokenUrl: choice(1, 'organization', 'root'),
  /** Row 1: whether a `scope` must be sent; the value is in the ready information. */
  tokenScope: choice(1, 'optional', 'required'),
  /** Row 1: the key under which such a token comes. */
  tokenKey: choice(1, 'access_token', 'token'),
  /** Row 1: errors of the token call as in RFC 6749, or as everywhere else. */
  tokenErrors: choice(1, 'oauth', 'service'),
  /** Row 2: the verb of connect. */
  connectVerb: choice(2, 'POST', 'PUT'),
  /** Row 2: the type of `context` in its answer. */
  connectContext: choice(2, 'object', 'string'),
  /** Row 3: whether connect accepts OrgAdminOAuth; refused with 401. */
  connectAcceptsAdmin: choice(3, false, true),
  /** Row 4: whether environment calls accept OrgAuth without connect; refused with 403. */
  environmentAcceptsOrganizationUser: choice(4, false, true),
  /** Row 5: whether environment calls accept OrgAdminOAuth; refused with 403. */
  environmentAcceptsAdmin: choice(5, true, false),
  /** Row 6: whether renewal ends the token it was asked with. */
  renewalEndsOldToken: choice(6, true, false),
  /** Row 7: refused credentials on login, renew, connect and the token call: HTTP code and `status` of the body; `mismatch` is 401 saying 400. */
  badCredentials: choice(7, '401', '400', 'mismatch'),
  /** Row 8: missing access. `split` is 404 on login and connect and 403 elsewhere; `hidden` 404 and `forbidden` 403 everywhere. A token of the wrong kind is always 403. */
  missingAccess: choice(8, 'split', 'hidden', 'forbidden'),
  /** Row 9: the verb of updates; the other one gives 405. PUT replaces the object, PATCH changes what is sent. */
  updateVerb: choice(9, 'PUT', 'PATCH'),
  /** Row 10: `strict` as in contract §4.4; `other`: create 200, update 204, delete and revoke 202, grant 200 with a body, enable and disable 204. */
  successCodes: choice(10, 'strict', 'other'),
  /** Row 11: bare and unpaged, or pages of `{content, totalElements, totalPages, number, size}`. */
  listEnvelope: choice(11, 'array', 'page'),
  /** Row 11: objects on a page when `size` is not sent. */
  pageSize: count(11, 20, 7),
  /** Row 13: whether lists leave out roles, descriptions, values, configuration ids and parameters. */
  listObjects: choice(13, 'partial', 'full'),
  /** Row 14: path of the current user. */
  currentUserPath: choice(14, '/me', '/users/me', '/auth/me'),
  /** Row 15: whether a user can be read; else 405. */
  readUser: choice(15, true, false),
  /** Row 16: `roles` in the creation of a user: set, refused with 400, or ignored. */
  rolesAtCreate: choice(16, 'accepted', 'refused', 'ignored'),
  /** Row 17: a second user with the same e-mail address or user name: 409, or 200 with the one there is. */
  duplicateUser: choice(17, 'conflict', 'existing'),
  /** Row 20: roles as texts, or as objects with `name`. */
  roleShape: choice(20, 'string', 'object'),
  /** Row 21: grants as PUT or POST on `…/access/{role}`, or as POST and DELETE on `…/access` with `{role}` in the body. */
  accessShape: choice(21, 'path-put', 'body-post', 'path-post'),
  /** Row 22: whether a granted role displaces the others on its level. */
  exclusiveRoles: choice(22, false, true),
  /** Row 23: whether `support` of the organization and `specialist` of an environment exist; else 400. */
  thirdRoles: choice(23, false, true),
  /** Row 25: `domain` at creation: demanded, derived from the name when absent, or always derived and not accepted. */
  environmentDomain: choice(25, 'required', 'optional', 'derived'),
  /** Row 26: delete of an environment: 409 while a deployment is enabled and else a cascade, always a cascade, or kept with status DELETED. */
  environmentDelete: choice(26, 'refuse-enabled', 'soft', 'cascade'),
  /** Row 27: where solutions are served. */
  solutionScope: choice(27, 'organization', 'environment'),
  /** Row 29: whether configurations can be read and listed; else 405. */
  readConfigurations: choice(29, true, false),
  /** Row 29: what comes in place of a secret. */
  secretsServed: choice(29, 'null', 'mask', 'clear'),
  /** Row 30: whether an update of a configuration replaces all values or lays the sent ones over them. */
  configurationUpdate: choice(30, 'full', 'partial'),
  /** Row 31: a deployment after its creation. */
  createdDeployment: choice(31, 'enabled', 'disabled'),
  /** Row 32: whether enabling and disabling pass through a transition. */
  transitions: choice(32, 'asynchronous', 'synchronous'),
  /** Row 32: reads that still see a transition. */
  transitionReads: count(32, 2, 1),
  /** Row 33: enable and disable as an action by POST or PUT, or as `enabled` in the body of a PATCH or PUT of the deployment. */
  enableShape: choice(33, 'action-post', 'patch', 'action-put', 'put'),
  /** Row 34: deployments of one solution in one environment; a second one gives 409. */
  deploymentsPerSolution: choice(34, 'many', 'one'),
  /** Row 35: whether users, configurations and deployments can be deleted; else 405. */
  deletes: choice(35, false, true),
  /** Row 38: unknown keys of a request: 400, or ignored. */
  unknownFields: choice(38, 'refused', 'ignored'),
  /** Ruling 4: whether owners and administrators of the organization may connect without a role in the environment. */
  ownersMayConnect: choice(undefined, false, true),
  /** Ruling 5: a create answers with the object, with a `Location` and no body, or with neither. */
  createAnswer: choice(undefined, 'object', 'location', 'empty'),
  /** Contract §6: reads (single or list) that do not see a new object yet. */
  readLag: count(undefined, 0, 2),
  /** Contract row 26: reads that still see a deleted object. */
  deleteLag: count(26, 0, 2),
} as const

type SwitchTable = typeof switchTable

/** A position for every switch. */
export type TavioSwitches = {
  readonly [K in keyof SwitchTable]: SwitchTable[K]['positions'][number]
}

export type SwitchProfile = 'default' | 'flipped'

export const switchNames = Object.keys(switchTable) as readonly (keyof TavioSwitches)[]

/** All switches of a profile. */
export function profileOf(profile: SwitchProfile): TavioSwitches {
  const index = profile === 'flipped' ? 1 : 0
  const entries = switchNames.map((name) => [name, switchTable[name].positions[index]])
  // Each value comes from the positions of its own switch.
  return Object.fromEntries(entries) as TavioSwitches
}

/** Lays changes from outside over switches. Throws a TypeError naming an unknown switch or position. */
export function changeSwitches(switches: TavioSwitches, changes: unknown): TavioSwitches {
  const parsed = z.record(z.string(), z.unknown()).safeParse(changes)
  if (!parsed.success) throw new TypeError('switches are sent as one object')
  for (const [name, value] of Object.entries(parsed.data)) {
    if (!isSwitch(name)) throw new TypeError(`there is no switch ${name}`)
    const { positions, free }: Switch<Position> = switchTable[name]
    const fits = free ? Number.isInteger(value) && Number(value) >= 0 : positions.some((p) => p === value)
    if (!fits) {
      const choices = free ? 'a whole number' : positions.map((p) => JSON.stringify(p)).join(', ')
      throw new TypeError(`switch ${name} takes ${choices}`)
    }
  }
  // Each value has just been compared with the positions of its switch.
  return { ...switches, ...(parsed.data as Partial<TavioSwitches>) }
}

function isSwitch(name: string): name is keyof TavioSwitches {
  return Object.hasOwn(switchTable, name)
}
