// hubform graph
import { formatBlock } from '../../address.ts'
import { formatReference } from '../../config/check-reference.ts'
import type { Config } from '../../config/config.ts'
import { providerAddress, usesOf } from '../../config/uses.ts'
import { dotText, type GraphNode, mermaidText } from '../../review/graph.ts'
import { addStack } from '../options.ts'
import { openStack } from '../project.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly stack?: string
  readonly synth: boolean
  readonly mermaid: boolean
}

export const graph: Verb = {
  define(command, act) {
    addStack(command)
      .option('--mermaid', 'for Mermaid instead of Graphviz', false)
      .addHelpText(
        'after',
        '\nAn arrow leads from what needs something to what it needs. A picture: hubform graph | dot -Tsvg > graph.svg',
      )
      .action((options: Options) => act((shell) => printGraph(shell, options)))
  },
}

async function printGraph(shell: Shell, options: Options): Promise<ExitCode> {
  const stack = await openStack(shell, options.stack, options.synth)
  const nodes = nodesOf(await stack.load())
  shell.terminal.out(options.mermaid ? mermaidText(nodes) : dotText(nodes))
  return 0
}

/** Blocks, and what each refers to. Variables are left out: everything needs some. */
function nodesOf(config: Config): GraphNode[] {
  const uses = usesOf(config)
  const ids = [
    ...[...config.resources.values()].map(({ address }) => formatBlock(address)),
    ...config.providers.map(providerAddress),
    ...[...config.locals.keys()].map((name) => `local.${name}`),
    ...[...config.outputs.keys()].map((name) => `output.${name}`),
  ].sort()
  const written = new Set(config.providers.map(providerAddress))
  return ids.map((id) => {
    const provider = config.resources.get(id)?.provider
    const through =
      provider === undefined ? [] : [providerAddress(provider)].filter((one) => written.has(one))
    const references = uses.filter(({ owner }) => owner === id).flatMap((use) => use.references)
    return { id, label: id, needs: [...references.map(formatReference), ...through] }
  })
}
