import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { customer, makePlace, messagesOf } from './hubform.ts'

let hub: Emulator
beforeAll(async () => {
  hub = await startEmulator()
})
afterAll(() => hub.close())

describe('verbs on the state', () => {
  it('list, show, move, forget, import, pull and push belong together', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    expect((await place.hubform('apply', '--auto-approve')).code).toBe(0)

    const listed = await place.hubform('state', 'list')
    expect(listed.stdout).toBe('tavio_environment.acme\ntavio_environment_access.ada\ntavio_user.ada\n')
    const shown = await place.hubform('state', 'show', 'tavio_environment.acme')
    expect(shown.stdout).toMatch(/^# tavio_environment\.acme:\nresource "tavio_environment" "acme" \{\n/)

    const pulled = await place.hubform('state', 'pull')
    const serial = JSON.parse(pulled.stdout).serial as number

    const moved = await place.hubform('state', 'mv', 'tavio_user.ada', 'tavio_user.eve')
    expect(moved.stdout).toBe('tavio_user.ada is now tavio_user.eve\n')
    const removed = await place.hubform('state', 'rm', 'tavio_user.eve')
    expect(removed.stdout).toBe('tavio_user.eve is no longer recorded\n')

    const imported = await place.hubform('import', 'tavio_user.ada', 'ada@example.com')
    expect(imported).toMatchObject({ code: 0, stderr: '' })
    expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)

    place.write('older.tfstate', pulled.stdout)
    const refused = await place.hubform('state', 'push', 'older.tfstate')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Error: State to push is older')
    const forced = await place.hubform('state', 'push', '-force', 'older.tfstate')
    expect(forced.stdout).toBe(`The state is now at serial ${serial}, with 3 objects.\n`)
    expect((await place.hubform('state', 'show', 'tavio_user.nobody')).stderr).toContain(
      'Error: Not in the state',
    )
    expect((await place.hubform('force-unlock', 'x')).stderr).toContain('Error: State is not locked')

    const refreshed = await place.hubform('refresh')
    expect(refreshed.code).toBe(0)
    expect(refreshed.stdout).toContain('No changes. What is recorded is what is there.')
  })

  it('a run that holds the state is named to another one', async () => {
    const place = makePlace(
      {
        'main.tf.json': {
          ...customer,
          resource: { tavio_environment: { late: { name: 'Late', domain: 'late' } } },
          output: {},
        },
      },
      hub,
    )
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 3000 })
    const first = place.start('apply', '--auto-approve')
    await first.seen('tavio_environment.late: creating…')
    const second = await place.hubform('plan')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('Error: State is locked')
    expect(second.stderr.replace(/\s+/g, ' ')).toContain('is using the state at')
    expect((await place.hubform('state', 'list')).code).toBe(0)
    const patient = await place.hubform('plan', '--lock-timeout=20s')
    expect(patient.code).toBe(0)
    expect(
      patient.stderr.match(/is using the state at .* lock id .*\. Waiting for it to end\./g),
    ).toHaveLength(1)
    expect((await first.result).code).toBe(0)
  })

  it('with --json a run says in a message for whom it waits, and goes on when that one has ended', async () => {
    const resource = { tavio_environment: { shared: { name: 'Shared', domain: 'shared' } } }
    const place = makePlace({ 'main.tf.json': { ...customer, resource, output: {} } }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 3000 })
    const first = place.start('apply', '--auto-approve')
    await first.seen('tavio_environment.shared: creating…')
    const second = await place.hubform('apply', '--auto-approve', '--json', '--lock-timeout=30s')
    expect((await first.result).code).toBe(0)
    expect(second.code, second.stderr).toBe(0)
    const messages = messagesOf(second)
    // Type and level are Terraform's; its words name nobody.
    expect(messages.slice(0, 2)).toMatchObject([
      { type: 'version' },
      {
        '@level': 'info',
        '@message': expect.stringMatching(
          /^\S+@\S+ \(process \d+ on this machine\) is using the state at .*: apply, since \d{4}-.*, lock id [0-9a-f-]{36}\. Waiting for it to end\.$/,
        ),
        '@module': 'terraform.ui',
        type: 'state_lock_acquire',
      },
    ])
    expect(messages[1]?.['@message']).toContain(`(process ${first.child.pid} on this machine)`)
    expect(messages.filter(({ type }) => type === 'state_lock_acquire')).toHaveLength(1)
    expect(messages.filter(({ type }) => type === 'diagnostic')).toEqual([])
    expect(messages.find(({ type }) => type === 'change_summary')).toMatchObject({ changes: { add: 0 } })
  })

  it('waiting for a lock ends at once with Ctrl-C', async () => {
    const resource = { tavio_environment: { slow: { name: 'Slow', domain: 'slow' } } }
    const place = makePlace({ 'main.tf.json': { ...customer, resource, output: {} } }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 60_000 })
    const first = place.start('apply', '--auto-approve')
    await first.seen('tavio_environment.slow: creating…')
    const second = place.start('plan', '--lock-timeout=1h')
    await second.seen('Waiting for it to end.')
    second.child.kill('SIGINT')
    const { code, stderr } = await second.result
    expect(code).toBe(1)
    expect(stderr).toContain('Error: Interrupted')
    first.child.kill('SIGKILL')
    await first.result
    hub.faults.clear()
  })
})
