// The Tavio service: from a request to the handler that answers it.
import { STATUS_CODES } from 'node:http'
import { type RouteKey, routeOf } from '../../systems/tavio/routes.ts'
import type { Conditions } from '../conditions.ts'
import type { IdSource } from '../ids.ts'
import type { Mirror } from '../store.ts'
import type { Answer, EmulatedSystem, Incoming } from '../system.ts'
import * as access from './access.ts'
import { type Call, type Handler, Refusal } from './call.ts'
import * as configurations from './configurations.ts'
import * as deployments from './deployments.ts'
import { offerOf, patterns } from './dispatch.ts'
import * as environments from './environments.ts'
import { lags } from './lags.ts'
import { openTables, stamp, type Tables, type World } from './model.ts'
import { answerInvitation, outboxOf } from './outbox.ts'
import { bearerOf, findCaller } from './permissions.ts'
import { seededOrganization, seedTables } from './seed.ts'
import { clientToken, connect, currentUser, login, renew } from './sign-in.ts'
import { comparableOf, restoreSnapshot, snapshotOf } from './snapshot.ts'
import * as solutions from './solutions.ts'
import { changeSwitches, type TavioSwitches } from './switches.ts'
import { tokenStore } from './tokens.ts'
import * as users from './users.ts'

const handlers: Readonly<Record<RouteKey, Handler>> = {
  login,
  renew,
  connect,
  clientToken,
  currentUser,
  ...users,
  ...environments,
  ...access,
  ...solutions,
  ...configurations,
  ...deployments,
}

// These look at their token, or credentials, by themselves.
const signIn: readonly RouteKey[] = ['login', 'renew', 'connect', 'clientToken']

export interface TavioOptions {
  readonly clock: () => number
  readonly ids: IdSource
  readonly mirror: Mirror
  readonly conditions: Conditions
  readonly switches: TavioSwitches
}

/** The played service. The tables may be read by tests, and changed to play what no call can do. */
export interface Tavio extends EmulatedSystem {
  readonly name: 'tavio'
  readonly tables: Tables
  switches(): TavioSwitches
  setSwitches(changes: Partial<TavioSwitches> | unknown): void
  credentials(base: string): {
    readonly organization: string
    readonly client_id: string
    readonly client_secret: string
    readonly username: string
    readonly password: string
    readonly token_url: string
    readonly scope?: string
  }
}

/** Opens the service over a database, and seeds it if it is empty. */
export function tavio(options: TavioOptions): Tavio {
  const { clock, ids, mirror, conditions } = options
  const tables = openTables(mirror)
  const organization = seededOrganization(ids)
  if (tables.users.size === 0) seedTables(tables, ids, organization)
  let switches = options.switches
  let offer = offerOf(switches)
  const world: World = {
    tables,
    organization,
    tokens: tokenStore(clock, () => conditions.get().tokenLifeSeconds),
    lags: lags(),
    ids,
    conditions,
    clock,
    switches: () => switches,
  }
  const forget = () => {
    world.tokens.clear()
    world.lags.clear()
  }
  const failure = (status: number, message: string, path: string, stated = status) => ({
    status: stated,
    error: STATUS_CODES[stated] ?? 'Error',
    message,
    path,
    timestamp: stamp(clock),
  })
  return {
    name: 'tavio',
    patterns,
    tables,
    failure,
    resolve(incoming) {
      const verbs = incoming.pattern === undefined ? undefined : offer.get(incoming.pattern)
      const route = verbs?.get(incoming.method)
      return {
        route,
        writes: route !== undefined && routeOf(route).writes,
        answer() {
          try {
            return handle(world, incoming, route, verbs !== undefined)
          } catch (error) {
            const { status, message, stated, body } = asRefusal(error)
            return { status, body: body ?? failure(status, message, incoming.path, stated) }
          }
        },
      }
    },
    switches: () => switches,
    setSwitches(changes) {
      switches = changeSwitches(switches, changes)
      offer = offerOf(switches)
    },
    snapshot: () => snapshotOf(tables, ids),
    comparable: () => comparableOf(tables),
    restore(snapshot) {
      restoreSnapshot(tables, ids, snapshot)
      forget()
    },
    reset() {
      for (const table of Object.values(tables)) table.clear()
      seedTables(tables, ids, organization)
      forget()
    },
    outbox: () => outboxOf(tables),
    answerMessage: (input) => answerInvitation(tables, input),
    credentials(base) {
      const { domain, clientId, clientSecret, username, password, scope } = organization
      const path = switches.tokenUrl === 'root' ? '/oauth/token' : `/v1/${domain}/oauth/token`
      return {
        organization: domain,
        client_id: clientId,
        client_secret: clientSecret,
        username,
        password,
        token_url: base + path,
        ...(switches.tokenScope === 'required' ? { scope } : {}),
      }
    },
  }
}

function handle(world: World, incoming: Incoming, route: RouteKey | undefined, offered: boolean): Answer {
  const { orgDomain } = incoming.params
  if (orgDomain !== undefined && orgDomain !== world.organization.domain)
    throw new Refusal(404, `No organization ${orgDomain}`)
  if (route === undefined)
    throw offered ? new Refusal(405, 'Method not allowed') : new Refusal(404, 'Not found')
  const caller = signIn.includes(route) ? undefined : findCaller(world, bearerOf(incoming.headers))
  if (caller === undefined && !signIn.includes(route))
    throw new Refusal(401, 'The token is missing, unknown or expired')
  const call: Call = {
    ...incoming,
    route,
    world,
    get caller() {
      if (caller === undefined) throw new Error(`${route} is called without a token`)
      return caller
    },
  }
  return handlers[route](call)
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return new Refusal(500, `Fault of the emulator: ${error instanceof Error ? error.stack : String(error)}`)
}
