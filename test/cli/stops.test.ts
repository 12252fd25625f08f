import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { customer, makePlace } from './hubform.ts'

let hub: Emulator
beforeEach(async () => {
  hub = await startEmulator()
})
afterEach(() => hub.close())

describe('Ctrl-C', () => {
  it('once lets what runs finish, records it, and starts nothing more', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1500 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_environment.acme: creating…')
    run.child.kill('SIGINT')
    const result = await run.result
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/Interrupted: nothing more is started, and (one|2) running/)
    expect(result.stdout).toContain('tavio_environment.acme: created')
    expect(result.stdout).toMatch(/\nInterrupted: \d added, 0 changed, 0 destroyed, 1 not tried\./)
    expect((await place.hubform('state', 'list')).stdout).toContain('tavio_environment.acme\n')
    const next = await place.hubform('apply', '--auto-approve')
    expect(next.stdout).toContain('tavio_environment_access.ada: created')
    expect(next.code).toBe(0)
  })

  it('a terminal that is closed does the same as Ctrl-C once', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1500 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_environment.acme: creating…')
    run.child.stdout?.destroy()
    run.child.stderr?.destroy()
    run.child.kill('SIGHUP')
    expect((await run.result).code).toBe(1)
    expect((await place.hubform('state', 'list')).stdout).toContain('tavio_environment.acme\n')
    const next = await place.hubform('apply', '--auto-approve')
    expect(next.stderr).not.toContain('Earlier run did not finish')
    expect(next.code).toBe(0)
  })

  it('twice says what is lost and leaves; the next run finds out what happened', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 5000 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_environment.acme: creating…')
    run.child.kill('SIGINT')
    await run.seen('Press Ctrl-C again')
    run.child.kill('SIGINT')
    const result = await run.result
    expect(result.stderr).toContain(
      'Leaving now. What becomes of these is not known: creating tavio_environment.acme',
    )
    expect(result.code).not.toBe(0)
    const next = await place.hubform('apply', '--auto-approve')
    expect(next.code, next.stderr).toBe(0)
    expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)
  })
})

describe('a killed run', () => {
  it('leaves no lock, and the next one takes over what it recorded', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 60_000 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_user.ada: created')
    run.child.kill('SIGKILL')
    await run.result
    hub.faults.clear()
    // All of it was said before the first call.
    const journal = readFileSync(join(place.directory, 'terraform.tfstate.journal'), 'utf8')
    const [begun, announced, call] = journal.split('\n', 3).map((line) => JSON.parse(line))
    expect([begun.kind, call.kind]).toEqual(['run', 'intent'])
    expect(announced).toEqual({
      kind: 'announced',
      steps: expect.arrayContaining([
        {
          action: 'create',
          key: 'tavio_environment_access.ada',
          collection: 'environment access',
          identity: { environment: 'acme', role: 'developer' },
          expressions: { user_id: 'tavio_user.ada.id' },
        },
      ]),
    })
    const words =
      /Warning: Earlier run did not finish .*A run \(apply of plan [0-9a-f]{16}\) that began \S+ ended before it was done\. Of its 3 changes, 1 had ended, 1 was under way, and 1 had not begun\. .*Nobody knows whether these took effect: create tavio_environment\.acme\. /
    const looked = await place.hubform('plan')
    expect(looked.stderr.replace(/\s+/g, ' ')).toMatch(words)
    const next = await place.hubform('apply', '--auto-approve')
    expect(next.stderr.replace(/\s+/g, ' ')).toMatch(words)
    expect(next.code, next.stderr).toBe(0)
    expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)
  })
})
