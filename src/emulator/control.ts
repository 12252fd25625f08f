// The control surface under /_emulator/: for tests and scripts, never for a client of a service.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Conditions } from './conditions.ts'
import type { Faults } from './faults.ts'
import { readJson, writeJson } from './json.ts'
import type { Stats } from './stats.ts'
import type { EmulatedSystem } from './system.ts'

interface Controlled {
  readonly stats: Stats
  readonly faults: Faults
  readonly conditions: Conditions
  readonly systems: readonly EmulatedSystem[]
  readonly reset: () => void
}

type Action = (body: unknown, query: Readonly<Record<string, string | undefined>>) => unknown

/** Adds the control routes. What is sent wrongly is answered with 400 and a sentence, and changes nothing. */
export function mountControl(server: FastifyInstance, parts: Controlled): void {
  const { stats, faults, conditions, systems } = parts
  const actions: Readonly<Record<string, Action>> = {
    'GET /stats': () => stats.report(),
    'DELETE /stats': () => stats.clear(),
    'GET /outbox': () => systems.flatMap((system) => system.outbox()),
    'POST /outbox': (body) => forOne(systems, (system) => system.answerMessage(body)),
    'GET /switches': () => Object.assign({}, ...systems.map((system) => system.switches())),
    'PUT /switches': (body) => {
      forOne(systems, (system) => system.setSwitches(body))
      return Object.assign({}, ...systems.map((system) => system.switches()))
    },
    'GET /conditions': () => conditions.get(),
    'PUT /conditions': (body) => {
      conditions.set(body)
      return conditions.get()
    },
    'GET /faults': () => faults.list(),
    'POST /faults': (body) => faults.add(body),
    'DELETE /faults': () => faults.clear(),
    'GET /snapshot': (_body, query) =>
      Object.fromEntries(
        systems.map((system) => [
          system.name,
          query['form'] === 'comparable' ? system.comparable() : system.snapshot(),
        ]),
      ),
    'PUT /snapshot': (body) => {
      if (typeof body !== 'object' || body === null) throw new TypeError('a snapshot is an object by system')
      for (const [name, snapshot] of Object.entries(body)) {
        const system = systems.find((candidate) => candidate.name === name)
        if (system === undefined) throw new TypeError(`there is no system ${name}`)
        system.restore(snapshot)
      }
    },
    'POST /reset': () => parts.reset(),
  }
  for (const [name, action] of Object.entries(actions)) {
    const [method, path] = name.split(' ') as [string, string]
    server.route({
      method,
      url: `/_emulator${path}`,
      exposeHeadRoute: false,
      handler: (request, reply) => run(action, request, reply),
    })
  }
}

function run(action: Action, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  try {
    const text = typeof request.body === 'string' ? request.body : ''
    const result = action(text === '' ? undefined : readJson(text), request.query as Record<string, string>)
    if (result === undefined) return reply.code(204).send()
    return reply.type('application/json').send(writeJson(result))
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
    return reply
      .code(400)
      .type('application/json')
      .send(writeJson({ message: error.message }))
  }
}

/** For what concerns one system: the first that accepts it. */
function forOne(systems: readonly EmulatedSystem[], action: (system: EmulatedSystem) => void): void {
  const problems: unknown[] = []
  for (const system of systems) {
    try {
      action(system)
      return
    } catch (error) {
      problems.push(error)
    }
  }
  throw problems[0] ?? new TypeError('no system takes this')
}
