// What the hand-written pages point to is there.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })]

describe('links', () => {
  it.each(pages)('in %s lead somewhere', (page) => {
    const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    const local = targets.filter((target) => !/^[a-z]+:/.test(target))
    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
  })
})

describe('CONTRIBUTING', () => {
  const text = read('CONTRIBUTING.md')

  it('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|examples|docs|bench|\.ci)\/[^`*\s]+)`/g)].map(
      ([, path = '']) => path,
    )
    expect(named.length).toBeGreaterThan(25)
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script)
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([])
  })

  it('draws the house as the import table has it', () => {
    const table = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8')
    const drawn = arrows(text)
    for (const [, folder = '', list = ''] of table.matchAll(/^ {2}(\w+): \[(.*)\],$/gm)) {
      const may = [...list.matchAll(/\w+/g)].map(([name]) => name)
      // Arrows that others imply are left out of the picture; none may be there that the table forbids.
      expect(drawn.filter(([from, to]) => from === folder && !may.includes(to))).toEqual([])
    }
  })
})

function arrows(text: string): (readonly [string, string])[] {
  const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(text) ?? []
  return [...picture.matchAll(/^ {2}([\w &]+?) --.*?> ([\w &]+)$/gm)].flatMap(([, from = '', to = '']) =>
    from.split(' & ').flatMap((one) => to.split(' & ').map((other) => [one, other] as const)),
  )
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}
