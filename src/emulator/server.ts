// The embedded hub: services played over real HTTP on one loopback port, each under its own prefix, with a control
// surface beside them. What a service answers is in its folder; this folder holds what all of them share.
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Conditions } from './conditions.ts'
import { mountControl } from './control.ts'
import { type FaultRule, Faults } from './faults.ts'
import { type IdSource, idSource, type NameIds } from './ids.ts'
import { writeJson } from './json.ts'
import { Stats } from './stats.ts'
import { Mirror } from './store.ts'
import type { Answer, EmulatedSystem, Incoming } from './system.ts'
import { type Tavio, tavio } from './tavio/service.ts'
import { profileOf, type SwitchProfile, type TavioSwitches } from './tavio/switches.ts'

export interface EmulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** A SQLite file that outlives the process, or `:memory:`, the default. */
  readonly database?: string
  readonly profile?: SwitchProfile
  /** Laid over the profile. */
  readonly switches?: Partial<TavioSwitches>
  /** Milliseconds since the epoch; the real time if absent. Latency and delays always take real time. */
  readonly clock?: () => number
  /** Ids of objects, the client id and the secrets follow from it. */
  readonly seed?: number
  /** Makes the ids of new objects follow from what they are called, and not from the order in which they are made. */
  readonly nameIds?: NameIds
  /** Told of every call that was answered. */
  readonly onCall?: (call: AnsweredCall) => void
  /** Stands at every call, whatever becomes of it. */
  readonly gate?: Gate
}

/** Moments of a call that somebody may wait at. */
export interface Gate {
  /** Nothing was done yet. True ends the connection instead of doing it. */
  arrived?(call: { readonly writes: boolean }): Promise<boolean> | boolean
  /** It was done, and not answered. True ends the connection instead of answering. */
  done?(): Promise<boolean> | boolean
  /** The answer is on its way. */
  answered?(): void
}

/** A call and what came of it. */
export interface AnsweredCall {
  readonly method: string
  /** Without the prefix of the service. */
  readonly path: string
  /** True if it may change objects. */
  readonly writes: boolean
  readonly status: number
}

/** What a script needs to work against the hub. All of it belongs to the emulator: there is no real secret in it. */
export interface ReadyInfo {
  /** Base URL by system. */
  readonly systems: { readonly tavio: string }
  readonly control: string
  readonly organization: string
  readonly client_id: string
  readonly client_secret: string
  readonly username: string
  readonly password: string
  readonly token_url: string
  /** Only if the service demands a scope. */
  readonly scope?: string
}

/** A running hub. The parts are handed out for tests in the same process; they act at once. */
export interface Emulator {
  readonly ready: ReadyInfo
  readonly tavio: Tavio
  readonly stats: Stats
  readonly faults: Faults
  readonly conditions: Conditions
  /** Forgets every object, fault, count and condition; the switches stay as they are. */
  reset(): void
  /** Saves, and ends every connection at once. May be called twice. */
  close(): Promise<void>
}

/** Starts a hub on the loopback interface. It accepts calls when the promise resolves. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock ?? Date.now
  const mirror = await Mirror.open(options.database ?? ':memory:')
  const ids = idSource(options.seed ?? 1, mirror, options.nameIds)
  const { onCall = () => {}, gate = {} } = options
  const host = {
    stats: new Stats(clock),
    faults: new Faults(),
    conditions: new Conditions(clock),
    onCall,
    gate,
  }
  const service = tavio({
    clock,
    ids,
    mirror,
    conditions: host.conditions,
    switches: { ...profileOf(options.profile ?? 'default'), ...options.switches },
  })
  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
    // A bad escape in a path ends here, before any route.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      refuse(service, request, reply, 400),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1000 },
  })
  // Services see the text: the body-less calls may declare JSON, and a broken body is refused in the service's own way.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  const reset = () => {
    resetAll(service, ids)
    host.stats.clear()
    host.faults.clear()
    host.conditions.clear()
  }
  mount(server, service, host)
  mountControl(server, { ...host, systems: [service], reset })
  server.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith(`/${service.name}/`)) return serve(service, host, request, reply, undefined)
    return send(reply, { status: 404, body: service.failure(404, 'Not found', pathOf(request.url)) })
  })
  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 })

  let closing: Promise<void> | undefined
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { stats, faults, conditions } = host
  const emulator: Emulator = {
    stats,
    faults,
    conditions,
    get ready() {
      return readyInfo(`http://127.0.0.1:${port}`, service)
    },
    tavio: service,
    reset,
    close() {
      closing ??= server.close().then(() => mirror.close())
      return closing
    },
  }
  return emulator
}

/** The ready information of a running hub, as plain data for one line of JSON. */
export function describe(emulator: Emulator): ReadyInfo {
  return emulator.ready
}

interface Host {
  readonly onCall: (call: AnsweredCall) => void
  readonly gate: Gate
  readonly stats: Stats
  readonly faults: Faults
  readonly conditions: Conditions
}

function mount(server: FastifyInstance, system: EmulatedSystem, host: Host): void {
  for (const pattern of system.patterns) {
    server.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposeHeadRoute: false,
      url: `/${system.name}${pattern.replace(/\{(\w+)\}/g, ':$1')}`,
      handler: (request, reply) => serve(system, host, request, reply, pattern),
    })
  }
}

async function serve(
  system: EmulatedSystem,
  host: Host,
  request: FastifyRequest,
  reply: FastifyReply,
  pattern: string | undefined,
): Promise<unknown> {
  const incoming = incomingOf(system, request, pattern)
  const { path, method } = incoming
  const call = system.resolve(incoming)
  const done = host.stats.begin({ method, route: call.route, writes: call.writes })

  const drop = () => {
    done(undefined)
    reply.hijack()
    request.raw.socket.destroy()
    return reply
  }
  const finish = (answer: Answer) => {
    done(answer.status)
    host.onCall({ method, path, writes: call.writes, status: answer.status })
    return send(reply, answer)
  }

  if (host.gate.answered !== undefined) reply.raw.once('finish', () => host.gate.answered?.())
  if ((await host.gate.arrived?.(call)) === true) return drop()
  const retryAfter = host.conditions.takeTurn()
  if (retryAfter !== undefined)
    return finish({
      status: 429,
      body: system.failure(429, 'Too many requests', path),
      headers: { 'retry-after': String(retryAfter) },
    })
  const fault = host.faults.take({ method, path, route: call.route })
  const wait = host.conditions.latency() + (fault?.delayMs ?? 0)
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  const injected = fault?.status === undefined ? undefined : faultAnswer(system, fault, path)
  if (fault?.drop === 'before') return drop()
  if (injected !== undefined && fault?.when !== 'after') return finish(injected)
  if (call.writes && host.conditions.get().readOnly) {
    host.stats.violation({ method, path, route: call.route })
    return finish({ status: 500, body: system.failure(500, 'The hub is read-only', path) })
  }
  const answer = call.answer()
  if (fault?.drop === 'after' || (await host.gate.done?.()) === true) return drop()
  return finish(injected ?? answer)
}

function faultAnswer(system: EmulatedSystem, fault: FaultRule, path: string): Answer {
  const status = fault.status ?? 500
  const body = fault.body ?? (status >= 400 ? system.failure(status, 'Injected fault', path) : undefined)
  return { status, body, ...(fault.headers === undefined ? {} : { headers: fault.headers }) }
}

function incomingOf(system: EmulatedSystem, request: FastifyRequest, pattern: string | undefined): Incoming {
  return {
    method: request.method,
    pattern,
    path: pathOf(request.url).slice(system.name.length + 1),
    base: `/${system.name}`,
    // Fastify types what a route declares; ours are always texts.
    params: (request.params ?? {}) as Record<string, string>,
    query: request.query as Record<string, string | undefined>,
    headers: request.headers as Record<string, string | undefined>,
    body: typeof request.body === 'string' ? request.body : '',
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status)
  if (answer.headers !== undefined) reply.headers(answer.headers)
  if (answer.body === undefined) return reply.send()
  if (typeof answer.body === 'string') return reply.type('text/plain').send(answer.body)
  return reply.type('application/json').send(writeJson(answer.body))
}

function refuse(system: EmulatedSystem, request: FastifyRequest, reply: FastifyReply, status: number): void {
  send(reply, {
    status,
    body: system.failure(status, 'Malformed request', pathOf(request.url).slice(system.name.length + 1)),
  })
}

function resetAll(service: Tavio, ids: IdSource): void {
  ids.restart()
  service.reset()
}

function readyInfo(origin: string, service: Tavio): ReadyInfo {
  const base = `${origin}/${service.name}`
  return { systems: { tavio: base }, control: `${origin}/_emulator`, ...service.credentials(base) }
}
