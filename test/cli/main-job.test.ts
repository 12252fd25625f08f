import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { customer, makePlace, messagesOf } from './hubform.ts'

let hub: Emulator
beforeEach(async () => {
  hub = await startEmulator()
})
afterEach(() => hub.close())

describe('the main job on the command line', () => {
  it('plans, applies, plans nothing, sees a change, repairs it, and destroys', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)

    const first = await place.hubform('plan', '--detailed-exitcode')
    expect(first.stderr).toBe('')
    expect(first.code).toBe(2)
    expect(first.stdout).toContain('Plan: 3 to add, 0 to change, 0 to destroy.\n')

    const applied = await place.hubform('apply', '-auto-approve')
    expect(applied.stderr).toBe('')
    expect(applied.code).toBe(0)
    expect(applied.stdout).toMatch(/\ntavio_user\.ada: created in \d+\.\ds \[id=[\w-]+\]\n/)
    expect(applied.stdout).toMatch(
      /\nApplied: 3 added, 0 changed, 0 destroyed\.\n\nOutputs:\n\nenvironment = "acme"\n$/,
    )

    const second = await place.hubform('plan', '--detailed-exitcode')
    expect(second.code).toBe(0)
    expect(second.stdout).toMatch(
      /^No changes\. What is there matches the configuration\.\nRead 3 objects with \d calls\.\n$/,
    )

    const third = await place.hubform('plan', '--var', 'name=Other "one" ${x}\u001b[2J', '-detailed-exitcode')
    expect(third.code).toBe(2)
    expect(third.stdout).toContain('  # because its configuration changed: name\n')
    expect(third.stdout).toContain('name       = "Acme" -> "Other \\"one\\" $${x}\\u001b[2J"')

    const destroyed = await place.hubform('destroy', '--auto-approve')
    expect(destroyed.code).toBe(0)
    expect(destroyed.stdout).toContain('\nDestroyed: 3 destroyed.\n')
    expect((await place.hubform('state', 'list')).stdout).toBe('')
  })

  it('a failure leaves what was done recorded and exits with 1', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/users', status: 400 })
    const failed = await place.hubform('apply', '--auto-approve')
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(/\nFailed: 1 added, 0 changed, 0 destroyed, 1 not tried\./)
    expect(failed.stdout).toContain('tavio_environment_access.ada: skipped')
    expect(failed.stderr).toContain('at main.tf.json:')
    expect((await place.hubform('state', 'list')).stdout).toBe('tavio_environment.acme\n')
    expect((await place.hubform('apply', '--auto-approve')).code).toBe(0)
  })

  it('--json keeps stdout to messages, and the last of a plan is the plan', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    const planned = await place.hubform('plan', '--json', '--detailed-exitcode')
    const messages = messagesOf(planned)
    expect(planned.code).toBe(2)
    expect(new Set(messages.map(({ type }) => type))).toEqual(
      new Set(['version', 'planned_change', 'change_summary', 'outputs', 'hubform_plan']),
    )
    const plan = messages.at(-1)?.hubform?.['plan'] as { resource_changes: readonly { address: string }[] }
    expect(plan.resource_changes.map(({ address }) => address)).toEqual([
      'tavio_environment.acme',
      'tavio_environment_access.ada',
      'tavio_user.ada',
    ])
    expect(planned.stderr).toContain('Plan: 3 to add')
    const applied = messagesOf(await place.hubform('apply', '--auto-approve', '--json'))
    expect(applied.filter(({ type }) => type === 'apply_complete')).toHaveLength(3)
    expect(applied.slice(-2)).toMatchObject([
      { type: 'change_summary', changes: { add: 3, operation: 'apply' } },
      { type: 'outputs', outputs: { environment: { value: 'acme' } } },
    ])
  })

  it('--json is JSON also when a secret looks like a number or a word of the format', async () => {
    const place = makePlace(
      {
        'main.tf.json': {
          variable: { pin: { type: 'string', sensitive: true, default: '2030' } },
          output: { number: { value: 2030 }, pin: { value: '${var.pin}', sensitive: true } },
        },
      },
      hub,
    )
    const plan = messagesOf(await place.hubform('plan', '--json')).at(-1)?.hubform?.['plan']
    expect(plan).toMatchObject({ output_changes: { number: { after: 2030 }, pin: { after: null } } })
  })

  it('--json tells of what went wrong among the messages', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    const failed = await place.hubform('plan', '--json', '--var', 'nobody=1')
    expect(failed.code).toBe(1)
    expect(messagesOf(failed).at(-1)).toMatchObject({
      '@level': 'error',
      '@message': 'Error: Undeclared variable',
      type: 'diagnostic',
      diagnostic: { severity: 'error', summary: 'Undeclared variable' },
    })
  })

  it('without a terminal apply refuses to begin, and says what to do', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    const refused = await place.hubform('apply')
    expect(refused.code).toBe(1)
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(
      '"hubform plan --out FILE", then "hubform apply FILE"',
    )
    expect(hub.stats.report().writes).toBe(0)
  })
})

describe('plan files', () => {
  it('are sealed, applied without a question, and only once', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    expect((await place.hubform('plan', '-out=one.hfplan')).code).toBe(0)
    const path = join(place.directory, 'one.hfplan')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(place.directory, 'home/.config/hubform/plan.key')).mode & 0o777).toBe(0o600)
    const [header = '', ...rest] = readFileSync(path, 'latin1').split('\n')
    expect(JSON.parse(header)).toMatchObject({
      hubform_plan: 1,
      backend: 'local',
      workspace: 'default',
      counts: { add: 3 },
    })
    expect(rest.join('\n')).not.toContain('ada@example.com')

    expect((await place.hubform('show', 'one.hfplan')).stdout).toContain('Plan: 3 to add')
    const applied = await place.hubform('apply', 'one.hfplan')
    expect(applied.stdout).toContain('Applied: 3 added')
    expect(applied.code).toBe(0)

    const again = await place.hubform('apply', 'one.hfplan')
    expect(again.code).toBe(1)
    expect(again.stderr).toMatch(/^Error: Plan is (stale|for another state)$/m)
    // What was done before is not shown as if this had done it.
    expect(again.stdout).toMatch(
      /\nRefused: nothing was done, and nothing is lost\. Make a new plan, and apply that\.\n$/,
    )
  })

  it('do not open with another key, or after a change', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    await place.hubform('plan', '--out', 'one.hfplan')
    const path = join(place.directory, 'one.hfplan')
    const content = readFileSync(path)
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1
    writeFileSync(join(place.directory, 'changed.hfplan'), content)
    const changed = await place.hubform('apply', 'changed.hfplan')
    expect(changed.code).toBe(1)
    expect(changed.stderr).toContain('Error: Plan file not opened')
    expect((await place.hubform('apply', 'none.hfplan')).stderr).toContain('Error: Unreadable plan file')
  })
})
