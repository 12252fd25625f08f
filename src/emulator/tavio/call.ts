// One call as the handlers see it, and how they answer or refuse.
import * as z from 'zod/mini'
import type { RouteKey } from '../../systems/tavio/routes.ts'
import { type Requests, requests } from '../../systems/tavio/wire.ts'
import { readJson } from '../json.ts'
import type { Answer, Incoming } from '../system.ts'
import type { Caller, World } from './model.ts'

export interface Call extends Incoming {
  readonly route: RouteKey
  readonly world: World
  /** Whom the token stands for. Calls without a token must not ask: it throws. */
  readonly caller: Caller
}

export type Handler = (call: Call) => Answer

/** Ends a call with an error answer. */
export class Refusal extends Error {
  readonly status: number
  /** The `status` of the error object, where it differs from the status line. */
  readonly stated: number
  /** The whole body, where it is not the usual error object. */
  readonly body: unknown

  constructor(
    status: number,
    message: string,
    unusual: { readonly stated?: number; readonly body?: unknown } = {},
  ) {
    super(message)
    this.status = status
    this.stated = unusual.stated ?? status
    this.body = unusual.body
  }
}

/** The parameter of the path; the route must have it. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** The key of the JSON schema by which a body is checked. */
type RequestKey = keyof Requests

/** Reads and checks the body. A body that is not as it should be is refused with 400. */
export function bodyOf<K extends RequestKey>(call: Call, key: K): Requests[K] {
  return decode(call, requests[key]) as Requests[K]
}

/** As `bodyOf`, for a body in which every key may be absent. */
export function partialBodyOf<K extends 'updateUser' | 'updateEnvironment' | 'updateDeployment'>(
  call: Call,
  key: K,
): Partial<Requests[K]> {
  return decode(call, z.partial(requests[key] as z.ZodMiniObject)) as Partial<Requests[K]>
}

function decode(call: Call, schema: z.ZodMiniObject): unknown {
  const body = jsonOf(call)
  const known = call.world.switches().unknownFields === 'ignored' ? withKnownKeys(body, schema) : body
  const parsed = schema.safeParse(known)
  if (!parsed.success) throw new Refusal(400, describeIssue(parsed.error.issues[0]))
  return parsed.data
}

function jsonOf(call: Call): unknown {
  const type = call.headers['content-type'] ?? ''
  if (call.body !== '' && !/^application\/json\b/i.test(type))
    throw new Refusal(400, 'The body must be sent as application/json')
  try {
    return call.body === '' ? {} : readJson(call.body)
  } catch {
    throw new Refusal(400, 'The body is not JSON')
  }
}

function withKnownKeys(body: unknown, schema: z.ZodMiniObject): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([key]) => Object.hasOwn(schema.shape, key)))
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'Invalid request parameters'
  if (issue.code === 'unrecognized_keys') return `Unknown field ${issue.keys.join(', ')}`
  const where = issue.path.join('.')
  return where === '' ? 'Invalid request parameters' : `Invalid field ${where}: ${issue.message}`
}

/** The answer to a create. `path` is where the object can be read, if it can. */
export function created(call: Call, object: object, path: string | undefined): Answer {
  const { successCodes, createAnswer } = call.world.switches()
  const status = successCodes === 'strict' ? 201 : 200
  if (path === undefined || createAnswer === 'object') return { status, body: object }
  if (createAnswer === 'empty') return { status }
  return { status, headers: { location: call.base + path } }
}

/** The answer to an update. */
export function updated(call: Call, object: object): Answer {
  return call.world.switches().successCodes === 'strict' ? { status: 200, body: object } : { status: 204 }
}

/** The answer to a delete or revoke. */
export function removed(call: Call): Answer {
  return { status: call.world.switches().successCodes === 'strict' ? 204 : 202 }
}

/** The answer to a grant. */
export function granted(call: Call, object: object): Answer {
  return call.world.switches().successCodes === 'strict' ? { status: 204 } : { status: 200, body: object }
}
