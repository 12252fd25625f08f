// Provider settings while planning.
import { formatAddress } from '../address.ts'
import type { Config, ProviderBlock } from '../config/config.ts'
import { DiagnosticError, fail, located } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { resolveSettings } from '../provider/settings.ts'
import { unmark } from '../schema/marks.ts'
import { isObject, isWhollyKnown, type ObjectValue } from '../schema/value.ts'
import type { ResourceRecord, State } from '../state/state.ts'
import type { RunOptions } from './api.ts'
import { toDiagnostics } from './call.ts'
import { fullSource, getProvider, parseProviderReference, sameSource, sourceOf } from './connect.ts'
import { providerKey } from './graph.ts'
import type { PlannedProvider } from './plan.ts'

export interface PlannedProviders {
  /** Evaluates a provider block, once. What it refers to must have been planned. Throws diagnostics. */
  settle(block: ProviderBlock): PlannedProvider
  /**
   * The configuration of that key, settled now if it was not before; one without a block gets its settings from the
   * environment. Throws diagnostics.
   */
  get(provider: { readonly name: string; readonly alias?: string | undefined }): PlannedProvider
  /** Key of the configuration that a record was made with. Throws a diagnostic when there is none. */
  keyOf(record: ResourceRecord): { readonly name: string; readonly alias?: string | undefined }
  readonly all: { readonly [key: string]: PlannedProvider }
}

/** Makes the provider configurations of one run. */
export function makeProviders(
  config: Config,
  run: RunOptions & { readonly state: State },
  scope: Scope,
): PlannedProviders {
  const all: { [key: string]: PlannedProvider } = {}
  const recorded = recordedSources(run.state)

  const settle = (
    name: string,
    alias: string | undefined,
    written: ObjectValue,
    place: ProviderBlock['place'],
  ) => {
    const source = asRecorded(sourceOf(config, run.providers, name), recorded)
    const provider = getProvider(run.providers, source)
    const { settings, problems } = resolveSettings(provider, written, run.world.env)
    if (problems.length > 0) throw new DiagnosticError(located(problems, place))
    if (!isWhollyKnown(settings)) {
      fail(
        'Provider settings not known',
        `The settings of provider "${name}" depend on objects that do not exist yet. Create those first, with --target, or give the settings as variables.`,
        place,
      )
    }
    const planned = { source, alias, settings }
    all[providerKey({ name, alias })] = planned
    return planned
  }

  const blocks = new Map(config.providers.map((block) => [providerKey(block), block]))
  const failures = new Map<string, unknown>()
  const settleBlock = (block: ProviderBlock): PlannedProvider => {
    const key = providerKey(block)
    const known = all[key]
    if (known !== undefined) return known
    if (failures.has(key)) throw failures.get(key)
    // The same words wherever it is met, so that one fault is told once.
    const place = { address: `provider "${key}"`, ...block.place }
    try {
      const { value } = unmark(evaluate(block.body.expression, scope))
      return settle(block.name, block.alias, isObject(value) ? value : {}, place)
    } catch (error) {
      const failure = new DiagnosticError(toDiagnostics(error, place), { cause: error })
      failures.set(key, failure)
      throw failure
    }
  }

  return {
    all,
    settle: settleBlock,
    get(provider) {
      const key = providerKey(provider)
      const block = blocks.get(key)
      if (block !== undefined) return settleBlock(block)
      if (provider.alias !== undefined) {
        fail(
          'Unknown provider configuration',
          `There is no provider "${provider.name}" with alias "${provider.alias}". Add the provider block, or correct the reference; an object that was made with it needs it until it is destroyed.`,
        )
      }
      return all[key] ?? settle(provider.name, undefined, {}, { address: `provider "${provider.name}"` })
    },
    keyOf(record) {
      const reference = parseProviderReference(record.provider)
      const name = reference && localName(config, run, reference.source)
      if (reference !== undefined && name !== undefined) return { name, alias: reference.alias }
      return fail(
        'Unknown provider',
        `${formatAddress(record.address)} was made with ${record.provider}, which Hubform does not have. Take it out of the state with "hubform state rm", or use a Hubform that has that provider.`,
      )
    },
  }
}

function recordedSources(state: State): ReadonlySet<string> {
  const references = new Set([...state.records.values()].map((record) => record.provider))
  return new Set([...references].flatMap((text) => parseProviderReference(text)?.source ?? []))
}

/** A source without a host is of whatever registry the program that wrote the state takes it to be of. */
function asRecorded(source: string, recorded: ReadonlySet<string>): string {
  if (source.split('/').length > 2 || recorded.has(fullSource(source))) return source
  return [...recorded].find((one) => sameSource(one, source)) ?? source
}

function localName(config: Config, run: RunOptions, source: string): string | undefined {
  for (const [name, declared] of config.requiredProviders) {
    if (sameSource(declared, source)) return name
  }
  return Object.entries(run.providers).find(([known]) => sameSource(known, source))?.[1].name
}
