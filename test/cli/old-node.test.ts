import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refuseNode } from '../../src/cli/old-node.ts'

describe('refuseNode', () => {
  it.each(['v22.18.0', 'v22.21.3', 'v24.0.0', 'v100.1.0'])('%s will do', (version) => {
    expect(refuseNode(version, '/bin/node')).toBeUndefined()
  })

  it.each(['v22.17.1', 'v20.20.2', 'v9.0.0'])('%s will not, and is told apart by its path', (version) => {
    expect(refuseNode(version, '/bin/node')).toContain(`the one on the PATH, /bin/node, is ${version}.`)
  })

  it('asks for what the package says it needs', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly engines: { readonly node: string }
    }
    expect(refuseNode('v1.0.0', '')).toContain(`Node ${engines.node.replace('>=', '')} or newer`)
  })
})
