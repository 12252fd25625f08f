// The calls of the Tavio API as a page: which are documented, and what else is tried.
import { type Route, routeKeys, routeOf } from '../src/systems/tavio/routes.ts'

/** One row for each call, in the order of the route table. */
export function callsPage(): string {
  return `# Calls of the Tavio API

Every call that the provider makes. *documented* means that a public text gives both verb and path. Where it does not, the
provider tries the first spelling, and if the service does not know it, the others in turn. Placeholders stand for the
organization, the environment and ids.

| Call | First | Then | Source |
| --- | --- | --- | --- |
${routeKeys.map((key) => row(key, routeOf(key))).join('\n')}
`
}

function row(key: string, { method, path, evidence, variants }: Route): string {
  const others = variants.map(({ method, path, bodyField }) =>
    bodyField === undefined
      ? `\`${method} ${path}\``
      : `\`${method} ${path}\` with \`${bodyField}\` in the body`,
  )
  const name = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `| ${name} | \`${method} ${path}\` | ${others.join('<br>')} | ${evidence} |`
}
