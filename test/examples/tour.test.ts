import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const tour = fileURLToPath(new URL('../../examples/tour.ts', import.meta.url))
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('hubform-tour-'))

describe('the tour', () => {
  it('shows a plan, its apply, an empty second plan, drift and its repair, and leaves nothing behind', async () => {
    const before = leftovers()
    const { stdout } = await promisify(execFile)(process.execPath, [tour], { maxBuffer: 10_000_000 })
    const milestones = [
      'Plan: 11 to add, 0 to change, 0 to destroy.',
      'Applied: 11 added, 0 changed, 0 destroyed.',
      'No changes. What is there matches the configuration.',
      '1 object was changed outside Hubform since the last run:',
      'Plan: 0 to add, 1 to change, 0 to destroy.',
      'Applied: 0 added, 1 changed, 0 destroyed.',
      'Destroyed: 11 destroyed.',
    ]
    const places = milestones.map((milestone) => stdout.indexOf(milestone))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(Math.min(...places)).toBeGreaterThan(0)
    for (const secret of ['tour-invoice-secret', 'tour-candidate-key']) expect(stdout).not.toContain(secret)
    expect(leftovers()).toEqual(before)
  }, 60_000)
})
