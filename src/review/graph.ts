// Who needs whom, as pictures for Graphviz and Mermaid.
import { printable } from './text.ts'

/** Something that others need, or that needs others. `needs` names nodes by id; ids that are not there are ignored. */
export interface GraphNode {
  readonly id: string
  readonly label: string
  readonly needs: readonly string[]
}

/** A digraph for Graphviz: an arrow leads from what needs to what is needed. */
export function dotText(nodes: readonly GraphNode[]): string {
  const quoted = (text: string) => `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return [
    'digraph {',
    '  rankdir = "RL";',
    '  node [shape = box];',
    ...nodes.map(({ id, label }) => `  ${quoted(id)} [label = ${quoted(label)}];`),
    ...edges(nodes).map(([from, to]) => `  ${quoted(from.id)} -> ${quoted(to.id)};`),
    '}',
  ].join('\n')
}

/** A flowchart for Mermaid, as shown by forges in Markdown. */
export function mermaidText(nodes: readonly GraphNode[]): string {
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]))
  // Mermaid reads entities in labels, so that quotes and brackets cannot end one.
  const escaped = (text: string) =>
    printable(text).replace(/[^\p{L}\p{N} ._-]/gu, (c) => `#${c.codePointAt(0)};`)
  return [
    'flowchart RL',
    ...nodes.map(({ id, label }) => `  ${names.get(id)}["${escaped(label)}"]`),
    ...edges(nodes).map(([from, to]) => `  ${names.get(from.id)} --> ${names.get(to.id)}`),
  ].join('\n')
}

function edges(nodes: readonly GraphNode[]): (readonly [GraphNode, GraphNode])[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return nodes.flatMap((from) =>
    [...new Set(from.needs)].sort().flatMap((id) => {
      const to = byId.get(id)
      return to === undefined ? [] : [[from, to] as const]
    }),
  )
}
