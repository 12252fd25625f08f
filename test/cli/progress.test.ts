import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { elapsed, makeProgress } from '../../src/cli/progress.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { Step } from '../../src/engine/plan.ts'
import { makePalette } from '../../src/review/palette.ts'
import { address } from '../review/sample.ts'

function listen(): { terminal: Terminal; said: string[]; statuses: (string | undefined)[] } {
  const said: string[] = []
  const statuses: (string | undefined)[] = []
  const palette = makePalette(false)
  const terminal: Terminal = {
    json: () => {},
    out: () => {},
    say: (text) => void said.push(text),
    complain: () => {},
    status: (text) => void statuses.push(text),
    ask: async () => undefined,
    isInteractive: false,
    palette,
    complaintPalette: palette,
    width: 80,
  }
  return { terminal, said, statuses }
}

function step(name: string, action: Step['action'] = 'create'): Step {
  return {
    id: `${action} ${name}`,
    action,
    address: address('tavio_user', name),
    needs: [],
    provider: 'tavio',
    prior: null,
    planned: null,
    config: null,
    repetition: {},
    sensitive: [],
    dependencies: [],
    existing: [],
    createBeforeDestroy: false,
  }
}

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('has a line for the beginning and the end of each operation', () => {
    const { terminal, said } = listen()
    const progress = makeProgress(terminal, 3, () => 0)
    progress.onEvent({ kind: 'started', step: step('ada') })
    progress.onEvent({ kind: 'done', step: step('ada'), elapsedMs: 1234, id: 'a\u001bb' })
    progress.onEvent({ kind: 'started', step: step('bob', 'delete') })
    progress.onEvent({ kind: 'failed', step: step('bob', 'delete'), elapsedMs: 61_000, diagnostics: [] })
    progress.onEvent({ kind: 'skipped', step: step('eve'), because: 'delete tavio_user.bob' })
    progress.end()
    expect(said).toEqual([
      'tavio_user.ada: creating…',
      'tavio_user.ada: created in 1.2s [id=a\\u001bb]',
      'tavio_user.bob: destroying…',
      'tavio_user.bob: destruction failed after 1m01s',
      'tavio_user.eve: skipped, because of delete tavio_user.bob',
    ])
  })

  it('reminds every ten seconds of what still runs, and counts on a terminal', () => {
    const { terminal, said, statuses } = listen()
    const progress = makeProgress(terminal, 2, () => Date.now())
    progress.onEvent({ kind: 'started', step: step('ada') })
    expect(progress.running()).toEqual(['creating tavio_user.ada'])
    vi.advanceTimersByTime(20_500)
    expect(said.slice(1)).toEqual([
      'tavio_user.ada: still creating… (10s)',
      'tavio_user.ada: still creating… (20s)',
    ])
    expect(statuses.at(-1)).toBe('0 of 2 done, 1 running (20s)')
    progress.end()
    vi.advanceTimersByTime(60_000)
    expect(said).toHaveLength(3)
  })

  it('does not repeat what is skipped a thousand times', () => {
    const { terminal, said } = listen()
    const progress = makeProgress(terminal, 1000, () => 0)
    for (let i = 0; i < 1000; i++) progress.onEvent({ kind: 'skipped', step: step(`u${i}`), because: 'x' })
    progress.end()
    expect(said).toHaveLength(21)
    expect(said.at(-1)).toBe('Further skipped operations are only counted.')
  })

  it.each([
    [0, '0.0s'],
    [9_940, '9.9s'],
    [59_900, '59s'],
    [125_000, '2m05s'],
  ])('%d ms', (ms, text) => {
    expect(elapsed(ms)).toBe(text)
  })
})
