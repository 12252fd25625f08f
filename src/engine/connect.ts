// Which provider answers for a block or a record, and with which settings.
import type { Config } from '../config/config.ts'
import { type Diagnostic, DiagnosticError, fail, problem } from '../diagnostics.ts'
import type { Access, Connection, Provider, Usage } from '../provider/provider.ts'
import type { DataSource, Resource } from '../provider/resource.ts'
import { didYouMean } from '../schema/suggest.ts'
import type { RunOptions } from './api.ts'
import type { PlannedProvider } from './plan.ts'

const REGISTRY = 'registry.terraform.io'

/** `hubform/tavio` and `registry.terraform.io/hubform/tavio` are the same source; this is the longer form. */
export function fullSource(source: string): string {
  return source.split('/').length > 2 ? source : `${REGISTRY}/${source}`
}

/** True if both name one provider: Terraform's registry and OpenTofu's have the same ones under the same names. */
export function sameSource(a: string, b: string): boolean {
  return withoutRegistry(a) === withoutRegistry(b)
}

function withoutRegistry(source: string): string {
  return fullSource(source).replace(/^registry\.opentofu\.org\//, `${REGISTRY}/`)
}

/** As state files refer to a provider configuration. */
export function providerReference(source: string, alias: string | undefined): string {
  return `provider["${fullSource(source)}"]${alias === undefined ? '' : `.${alias}`}`
}

/** Reads such a reference; undefined if it is of another form, such as inside a module. */
export function parseProviderReference(
  text: string,
): { source: string; alias: string | undefined } | undefined {
  const match = /^provider\["([^"]+)"\](?:\.([\w-]+))?$/.exec(text)
  return match?.[1] === undefined ? undefined : { source: match[1], alias: match[2] }
}

function findProvider(providers: RunOptions['providers'], source: string): Provider | undefined {
  return Object.entries(providers).find(([name]) => sameSource(name, source))?.[1]
}

/** The provider registered under a source. Throws a diagnostic that names what there is. */
export function getProvider(providers: RunOptions['providers'], source: string): Provider {
  const found = findProvider(providers, source)
  if (found !== undefined) return found
  const known = Object.keys(providers)
  return fail(
    'Unknown provider',
    `There is no provider "${source}" in Hubform.${didYouMean(source, known)} It has: ${known.join(', ')}.`,
  )
}

/** The source behind a local provider name: as declared, else one of ours by that name. */
export function sourceOf(config: Config, providers: RunOptions['providers'], name: string): string {
  const declared = config.requiredProviders.get(name)
  if (declared !== undefined) return declared
  return Object.entries(providers).find(([, provider]) => provider.name === name)?.[0] ?? `hashicorp/${name}`
}

/** The resource of a type. Throws a diagnostic with a suggestion. */
export function getResource(provider: Provider, type: string): Resource {
  return get(provider, provider.resources, type, 'resource')
}

/** The same where it need not be known. */
export function findResource(
  providers: RunOptions['providers'],
  source: string,
  type: string,
): Resource | undefined {
  const resources = findProvider(providers, source)?.resources ?? {}
  return Object.hasOwn(resources, type) ? resources[type] : undefined
}

/** The data source of a type. Throws a diagnostic with a suggestion. */
export function getDataSource(provider: Provider, type: string): DataSource {
  return get(provider, provider.dataSources, type, 'data source')
}

function get<T>(provider: Provider, kinds: { readonly [type: string]: T }, type: string, word: string): T {
  const found = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (found !== undefined) return found
  throw new DiagnosticError(
    problem(
      `Unknown ${word} type`,
      `Provider "${provider.name}" has no ${word} "${type}".${didYouMean(type, Object.keys(kinds))}`,
    ),
  )
}

/** Provider configurations of a run, connected when first used. */
export interface Connections {
  /** Throws a diagnostic when the settings will not do. */
  client(key: string, planned: PlannedProvider): unknown
  /** Makes a client ask anew for what it remembers. */
  forget(key: string): void
  usage(): Usage
  close(): Promise<void>
}

/** Makes the connections of one run, all with the same access. */
export function makeConnections(run: RunOptions, access: Access): Connections {
  const open = new Map<string, Connection>()
  return {
    client(key, planned) {
      const known = open.get(key)
      if (known !== undefined) return known.client
      const warn = (summary: string, detail: string) => {
        const diagnostic: Diagnostic = {
          severity: 'warning',
          summary,
          detail,
          where: { address: `provider "${key}"` },
        }
        run.onEvent({ kind: 'warning', diagnostic })
      }
      const provider = getProvider(run.providers, planned.source)
      const connection = provider.configure({ settings: planned.settings, access, signal: run.abort, warn })
      open.set(key, connection)
      return connection.client
    },
    forget: (key) => open.get(key)?.forget?.(),
    usage: () => [...open.values()].map((connection) => connection.usage()).reduce(addUsage, noUsage),
    async close() {
      // All answers are in by now; a socket that does not close changes none of them.
      await Promise.allSettled([...open.values()].map((connection) => connection.close()))
    },
  }
}

const noUsage: Usage = { reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 }

function addUsage(a: Usage, b: Usage): Usage {
  return {
    reads: a.reads + b.reads,
    lists: a.lists + b.lists,
    writes: a.writes + b.writes,
    signIns: a.signIns + b.signIns,
    retries: a.retries + b.retries,
  }
}
