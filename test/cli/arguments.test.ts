import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli/arguments.ts'
import { readDuration } from '../../src/cli/options.ts'

describe('command lines', () => {
  it.each([
    ['one dash', ['plan', '-out=x', '-target', 'a.b'], ['plan', '--out=x', '--target', 'a.b']],
    ['switches with values', ['plan', '-refresh=false', '--json=true'], ['plan', '--no-refresh', '--json']],
    [
      'values as they are',
      ['plan', '-var', 'a=-b', '--var=c=true'],
      ['plan', '--var', 'a=-b', '--var=c=true'],
    ],
    ['what comes after --', ['state', '--', '-x-y', '--no-color'], ['state', '--', '-x-y', '--no-color']],
    ['single letters', ['-h'], ['-h']],
    ['standard input', ['state', 'push', '-'], ['state', 'push', '-']],
  ])('reads %s', (_name, typed, args) => {
    expect(readCommandLine(typed)).toEqual({ args, chdir: undefined, color: true })
  })

  it('finds global options wherever they are', () => {
    expect(readCommandLine(['-chdir=a b', 'plan', '-no-color', '--json'])).toEqual({
      args: ['plan', '--json'],
      chdir: 'a b',
      color: false,
    })
    expect(readCommandLine(['plan', '--chdir', 'x'])).toMatchObject({ args: ['plan'], chdir: 'x' })
  })
})

describe('durations', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
  ])('%s', (text, ms) => {
    expect(readDuration(text)).toBe(ms)
  })
})
