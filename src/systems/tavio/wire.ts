// The JSON shapes of the Tavio API: what we may send (strict, checked by the emulator) and what we accept (tolerant,
// used by the client). Nothing here sends, knows about resources, or decides what an answer means.
//
// `zod/mini` rather than `zod`: the same parsers without the chained methods, so that a bundle keeps only what is used.
import * as z from 'zod/mini'

const optionalText = z.optional(z.nullable(z.string()))
const requiredText = z.string().check(z.regex(/\S/, 'must not be empty'))
const domainText = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes'))
const emailText = z.string().check(z.regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'))

// A number with more digits than a JS number holds stays the JSON text it came as.
const exactNumber = z.custom<object>((value) =>
  (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value),
)
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null(), exactNumber])
const values = z.record(z.string(), scalar)

/**
 * Request bodies by route, with exactly the keys the contract names.
 *
 * A server that refuses unknown keys parses with these as they are.
 */
export const requests = {
  login: z.strictObject({ username: requiredText, password: requiredText }),
  createUser: z.strictObject({
    email: emailText,
    username: optionalText,
    firstName: optionalText,
    lastName: optionalText,
    roles: z.optional(z.array(z.string())),
  }),
  updateUser: z.strictObject({ firstName: optionalText, lastName: optionalText }),
  createEnvironment: z.strictObject({
    name: requiredText,
    domain: z.optional(domainText),
    description: optionalText,
  }),
  updateEnvironment: z.strictObject({ name: requiredText, description: optionalText }),
  role: z.strictObject({ role: requiredText }),
  createConfiguration: z.strictObject({ solutionId: requiredText, name: optionalText, values }),
  updateConfiguration: z.strictObject({ name: optionalText, values }),
  createDeployment: z.strictObject({
    solutionId: requiredText,
    configurationIds: z.array(z.string()),
    name: optionalText,
  }),
  updateDeployment: z.strictObject({
    configurationIds: z.array(z.string()),
    name: optionalText,
    /** Only where enabling is done through the body. */
    enabled: z.optional(z.boolean()),
  }),
} as const

export type Requests = { readonly [K in keyof typeof requests]: z.infer<(typeof requests)[K]> }

/** The fields of a client-credentials request, sent form-encoded. Id and secret may travel as HTTP Basic instead. */
export const clientTokenRequest = z.looseObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.optional(z.string()),
  client_secret: z.optional(z.string()),
  scope: z.optional(z.string()),
})

/** A JSON object as served. */
export type Raw = Readonly<Record<string, unknown>>

// Tolerant leaves. A leaf that is not understood is undefined: what must be there is for the caller to say.
const text = leaf(asText)
const flag = leaf((value) =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined,
)
const ids = leaf((value) => (Array.isArray(value) ? value.map(asId).filter(isText) : undefined))
const record = leaf((value) => (isRaw(value) ? value : undefined))
const anything = leaf((value) => value)

const userShape = z.object({
  id: text,
  username: text,
  email: text,
  firstName: text,
  lastName: text,
  status: text,
  /** Lower case. Undefined if the answer does not tell. */
  roles: leaf((value) => rolesOf(value)),
  mfaRequired: flag,
  mfaConfigured: flag,
  changePassword: flag,
  inviteExpired: flag,
})
const environmentShape = z.object({
  id: text,
  domain: text,
  name: text,
  description: text,
  status: text,
  createdAt: text,
  updatedAt: text,
})
const parameterShape = z.object({
  key: text,
  label: text,
  type: text,
  required: flag,
  secret: flag,
  default: anything,
})
const solutionShape = z.object({
  id: text,
  name: text,
  description: text,
  version: text,
  /** Undefined if the answer does not tell, as in lists. */
  parameters: leaf((value) => (Array.isArray(value) ? value.filter(isRaw).map(decodeParameter) : undefined)),
})
const configurationShape = z.object({
  id: text,
  solutionId: leaf(asId),
  name: text,
  values: record,
  createdAt: text,
  updatedAt: text,
})
const deploymentShape = z.object({
  id: text,
  solutionId: leaf(asId),
  configurationIds: ids,
  name: text,
  enabled: flag,
  status: text,
  version: text,
  createdAt: text,
  updatedAt: text,
})
const tokenShape = z.object({
  token: text,
  /** Seconds. */
  expiresIn: leaf((value) => {
    const seconds = typeof value === 'string' ? Number(value) : value
    return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : undefined
  }),
  user: leaf((value) => (isRaw(value) ? decodeUser(value) : undefined)),
})
const errorShape = z.object({
  status: leaf((value) => (typeof value === 'number' ? value : undefined)),
  /** Reason phrase, or the code of RFC 6749. */
  error: text,
  /** For people. May repeat what was sent: redact before showing. */
  message: text,
  path: text,
})

/** The understood fields, and under `raw` the whole object as it was served, unknown keys included. */
export type Served<Shape extends z.core.$ZodType> = Readonly<z.infer<Shape>> & { readonly raw: Raw }
export type ServedUser = Served<typeof userShape>
export type ServedEnvironment = Served<typeof environmentShape>
export type ServedParameter = Served<typeof parameterShape>
export type ServedSolution = Served<typeof solutionShape>
export type ServedConfiguration = Served<typeof configurationShape>
export type ServedDeployment = Served<typeof deploymentShape>
export type ServedToken = Served<typeof tokenShape>
export type ServedError = Served<typeof errorShape>

// Each decoder takes parsed JSON of any kind and never throws; what it cannot find is undefined.
// Keys are looked up as named, then in snake_case, then under the listed aliases.
export const decodeUser = decoder(userShape, 'user', { roles: ['role'] })
export const decodeEnvironment = decoder(environmentShape, 'environment', {
  domain: ['envDomain', 'customer'],
})
export const decodeSolution = decoder(solutionShape, 'solution', { id: ['solutionId'] })
export const decodeConfiguration = decoder(configurationShape, 'configuration', {
  solutionId: ['solution', 'templateId', 'template'],
})
export const decodeDeployment = decoder(deploymentShape, 'deployment', {
  solutionId: ['solution', 'templateId', 'template'],
  configurationIds: ['configurations'],
  status: ['state'],
})
const decodeParameter = decoder(parameterShape, 'parameter', { key: ['name'], default: ['defaultValue'] })

/** The answer to login, renew, connect and the client-credentials grant. */
export const decodeToken = decoder(tokenShape, 'token', { token: ['accessToken'] })

/** Both error shapes: `{status, error, message, path, timestamp}` and `{error, error_description}`. */
export const decodeError = decoder(errorShape, 'error', { message: ['errorDescription', 'detail'] })

/** One page of a list. */
export interface ServedList {
  readonly items: readonly unknown[]
  /** Present only if the answer carries a paging envelope. `number` is from 0. */
  readonly page?: { readonly number: number; readonly totalPages: number; readonly totalElements?: number }
}

/**
 * Opens a list: a bare array, or an object whose array is under `content`, `items`, `data`, `results` or the plural
 * name, or is its only array. Undefined if it is no list; an empty body is none.
 */
export function decodeList(body: unknown, plural: string): ServedList | undefined {
  if (Array.isArray(body)) return { items: body }
  if (!isRaw(body)) return undefined
  const names = ['content', 'items', 'data', 'results', plural]
  const arrays = Object.keys(body).filter((key) => Array.isArray(body[key]))
  const key = names.find((name) => arrays.includes(name)) ?? (arrays.length === 1 ? arrays[0] : undefined)
  const items = key === undefined ? undefined : body[key]
  if (!Array.isArray(items)) return undefined
  const paging = isRaw(body['page']) ? body['page'] : body
  const totalPages = find(paging, 'totalPages', [])
  const number = find(paging, 'number', ['page', 'pageNumber'])
  const totalElements = find(paging, 'totalElements', ['total', 'totalCount'])
  if (typeof totalPages !== 'number' || typeof number !== 'number') return { items }
  return {
    items,
    page: { number, totalPages, ...(typeof totalElements === 'number' ? { totalElements } : {}) },
  }
}

function decoder<Shape extends z.ZodMiniObject>(
  shape: Shape,
  singular: string,
  aliases: Readonly<Record<string, readonly string[]>>,
): (body: unknown) => Served<Shape> {
  const keys = Object.keys(shape.shape)
  return (body) => {
    const raw = unwrap(body, singular)
    const picked = Object.fromEntries(keys.map((key) => [key, find(raw, key, aliases[key] ?? [])]))
    return { ...(shape.parse(picked) as z.infer<Shape>), raw }
  }
}

/** The object itself, or the one inside `{data: {…}}`, `{result: {…}}` or `{<singular>: {…}}`. */
function unwrap(body: unknown, singular: string): Raw {
  if (!isRaw(body)) return {}
  if ('id' in body || 'token' in body) return body
  for (const key of ['data', 'result', singular]) {
    const inner = body[key]
    if (isRaw(inner)) return inner
  }
  return body
}

function find(raw: Raw, key: string, aliases: readonly string[]): unknown {
  for (const name of [key, ...aliases]) {
    const value = raw[name] ?? raw[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

function leaf<T>(decode: (value: unknown) => T) {
  return z.optional(z.pipe(z.unknown(), z.transform(decode)))
}

function rolesOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : typeof value === 'string' || isRaw(value) ? [value] : undefined
  return list
    ?.map(asText)
    .filter(isText)
    .map((role) => role.toLowerCase())
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (!isRaw(value)) return undefined
  return asText(value['name'] ?? value['value'] ?? value['role'])
}

function asId(value: unknown): string | undefined {
  return isRaw(value) ? asText(value['id']) : asText(value)
}

function isText(value: string | undefined): value is string {
  return value !== undefined
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
