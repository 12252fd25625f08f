// A running hub, connections to it, and the calls an engine makes. Waiting takes no time.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/server.ts'
import {
  createObject,
  deleteObject,
  findByImportId,
  readData,
  readObject,
  updateObject,
  validateObject,
} from '../../../src/provider/lifecycle.ts'
import { planObject } from '../../../src/provider/plan-object.ts'
import { makePoll } from '../../../src/provider/poll.ts'
import type { Connection } from '../../../src/provider/provider.ts'
import type { DataSource, Resource } from '../../../src/provider/resource.ts'
import { equal, type ObjectValue, type Value } from '../../../src/schema/value.ts'
import { makeTavio } from '../../../src/systems/tavio/provider.ts'
import { quickClock } from '../../support/quick-clock.ts'

export interface Stage {
  readonly hub: Emulator
  readonly warnings: string[]
  /** What resources saved as soon as they knew it. */
  readonly saved: ObjectValue[]
  readonly writer: Connection
  /** A new connection that only reads, as each plan has one. */
  reader(): Connection
  plan(type: string, config: ObjectValue, prior?: ObjectValue): ReturnType<typeof planObject>
  create(type: string, config: ObjectValue): Promise<ObjectValue>
  update(type: string, config: ObjectValue, prior: ObjectValue): Promise<ObjectValue>
  read(type: string, prior: ObjectValue): Promise<ObjectValue | undefined>
  delete(type: string, prior: ObjectValue): Promise<void>
  import(type: string, id: string): Promise<ObjectValue | undefined>
  data(type: string, config: ObjectValue): Promise<ObjectValue>
  close(): Promise<void>
}

export interface StageOptions extends EmulatorOptions {
  readonly settings?: ObjectValue
  /** Default: a client, which is what the provider prefers. */
  readonly as?: 'client' | 'user' | 'both'
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const hub = await startEmulator(options)
  const clock = quickClock()
  const tavio = makeTavio(clock)
  const { signal } = new AbortController()
  const warnings: string[] = []
  const warn = (summary: string, detail: string) => void warnings.push(`${summary}: ${detail}`)
  const { ready } = hub
  const as = options.as ?? 'client'
  const settings: ObjectValue = {
    base_url: ready.systems.tavio,
    organization: ready.organization,
    ...(as === 'user' ? {} : { client_id: ready.client_id, client_secret: ready.client_secret }),
    ...(as === 'client' ? {} : { username: ready.username, password: ready.password }),
    ...(ready.scope === undefined ? {} : { scope: ready.scope }),
    fingerprint_key: 'a key for tests',
    ...options.settings,
  }
  const open: Connection[] = []
  const connectionTo = (access: 'read' | 'write') => {
    const connection = tavio.configure({ settings, access, signal, warn })
    open.push(connection)
    return connection
  }
  const writer = connectionTo('write')
  const saved: ObjectValue[] = []
  const checkpoint = async (known: Partial<ObjectValue>) => void saved.push(known as ObjectValue)
  const call = { signal, warn, poll: makePoll(signal, clock), checkpoint }
  const kind = (type: string) => tavio.resources[type] as Resource
  const conformed = (type: string, config: ObjectValue) => {
    const checked = validateObject(kind(type), config, type)
    if (checked.diagnostics.length > 0) throw new Error(checked.diagnostics.map((d) => d.detail).join('\n'))
    return checked.config
  }
  const stage: Stage = {
    hub,
    warnings,
    saved,
    writer,
    reader: () => connectionTo('read'),
    plan: async (type, config, prior) =>
      await planObject({
        ...call,
        resource: kind(type),
        client: stage.reader().client,
        prior,
        config: conformed(type, config),
      }),
    create: async (type, config) => {
      const { planned, diagnostics } = await stage.plan(type, config)
      if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.detail).join('\n'))
      const full = conformed(type, config)
      const resource = kind(type)
      return await createObject({
        ...call,
        resource,
        client: writer.client,
        config: full,
        planned,
        existing: [],
      })
    },
    update: async (type, config, prior) => {
      const { planned, replace } = await stage.plan(type, config, prior)
      if (replace.length > 0) throw new Error(`would replace because of ${JSON.stringify(replace)}`)
      const full = conformed(type, config)
      return await updateObject({
        ...call,
        resource: kind(type),
        client: writer.client,
        config: full,
        prior,
        planned,
      })
    },
    read: async (type, prior) =>
      await readObject({ ...call, resource: kind(type), client: stage.reader().client, prior }),
    delete: async (type, prior) =>
      await deleteObject({ ...call, resource: kind(type), client: writer.client, prior }),
    import: async (type, id) => {
      const { client } = stage.reader()
      const found = await findByImportId({ ...call, resource: kind(type), client, id })
      return found && (await readObject({ ...call, resource: kind(type), client, prior: found }))
    },
    data: async (type, config) => {
      const source = tavio.dataSources[type] as DataSource
      const checked = validateObject(source, config, type)
      if (checked.diagnostics.length > 0) throw new Error(checked.diagnostics.map((d) => d.detail).join('\n'))
      return await readData({ ...call, source, client: stage.reader().client, config: checked.config })
    },
    close: async () => {
      await Promise.all(open.map((connection) => connection.close()))
      await hub.close()
    },
  }
  return stage
}

/** Names of the attributes in which two objects differ. */
export function differing(a: ObjectValue, b: ObjectValue): string[] {
  return Object.keys({ ...a, ...b }).filter(
    (name) => !equal((a[name] ?? null) as Value, (b[name] ?? null) as Value),
  )
}
