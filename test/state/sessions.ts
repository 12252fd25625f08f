// Sessions to test with: a clock that only moves when slept on, and countable ids.
import type { Backend } from '../../src/state/backend.ts'
import type { Announced, Intent } from '../../src/state/journal.ts'
import { openSession, type SessionOptions } from '../../src/state/session.ts'
import { type ResourceRecord, recordKey } from '../../src/state/state.ts'

export function testClock() {
  let time = Date.parse('2026-01-02T03:04:05Z')
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(time),
    monotonic: () => time,
    async sleep(ms: number) {
      slept.push(ms)
      time += ms
    },
  }
}

let ids = 0

export function open(backend: Backend, more: Partial<SessionOptions> = {}) {
  return openSession({
    backend,
    operation: 'OperationTypeApply',
    who: 'ada@engine',
    version: '0.1.0',
    lockTimeoutMs: 0,
    clock: testClock(),
    newId: () => `id-${++ids}`,
    signal: new AbortController().signal,
    ...more,
  })
}

export function announcedOf(
  record: ResourceRecord,
  action: Intent['action'] = 'create',
  more: Partial<Announced> = {},
): Announced {
  const key = recordKey(record)
  return { step: `${action} ${key}`, action, key, ...more }
}

export function intentOf(record: ResourceRecord, action: Intent['action'] = 'create'): Intent {
  const key = recordKey(record)
  return {
    step: `${action} ${key}`,
    action,
    key,
    record: { ...record, attributes: {} },
    identity: { email: record.address.name },
    existing: ['made before us'],
  }
}
