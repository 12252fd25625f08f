import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli/arguments.ts'
import { readDuration } from '../../src/cli/options.ts'
import { type Key, seal, unseal } from '../../src/cli/seal.ts'

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

describe('sealing', () => {
  const key: Key = { kind: 'bytes', bytes: Buffer.alloc(32, 7) }

  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (text, header) => {
        expect(unseal(seal(Buffer.from(text), header, key), header, key)).toEqual(Buffer.from(text))
      }),
    )
  })

  it('notices any change, in what is sealed and in what is not', () => {
    const sealed = seal(Buffer.from('text'), 'header', key)
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(unseal(changed, 'header', key)).toBe(undefined)
    }
    expect(unseal(sealed, 'other', key)).toBe(undefined)
    expect(unseal(sealed.subarray(0, 20), 'header', key)).toBe(undefined)
  })

  it('does not open with another key', () => {
    const sealed = seal(Buffer.from('text'), '', { kind: 'passphrase', text: 'one' })
    expect(unseal(sealed, '', { kind: 'passphrase', text: 'one' })?.toString()).toBe('text')
    expect(unseal(sealed, '', { kind: 'passphrase', text: 'two' })).toBe(undefined)
    expect(unseal(sealed, '', key)).toBe(undefined)
  })
})
