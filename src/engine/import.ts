// Taking an existing object under an address.
import { findAddress, formatAddress, formatBlock } from '../address.ts'
import { type Diagnostic, fail } from '../diagnostics.ts'
import { mark } from '../schema/marks.ts'
import { didYouMean } from '../schema/suggest.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall, toDiagnostics } from './call.ts'
import { getProvider, getResource, makeConnections, providerReference } from './connect.ts'
import { blockKind } from './expand.ts'
import { buildGraph, providerKey } from './graph.ts'
import { importObject } from './import-object.ts'
import { makeProviders } from './plan-providers.ts'
import { makeScope } from './scope.ts'
import { survey } from './survey.ts'
import { makeValues } from './values.ts'

export interface ImportRequest
  extends Pick<
    PlanRequest,
    | 'config'
    | 'variables'
    | 'workspace'
    | 'state'
    | 'providers'
    | 'world'
    | 'parallelism'
    | 'interrupt'
    | 'abort'
    | 'onEvent'
  > {
  /** Where the object is to be recorded, as typed. */
  readonly address: string
  /** What the resource's import understands: `acme`, `acme/<id>`, an e-mail address. */
  readonly id: string
}

/** Finds an object and makes its record. Changes nothing, neither in the service nor in state. */
export async function findForImport(
  request: ImportRequest,
): Promise<{ readonly record: ResourceRecord | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const connections = makeConnections(request, 'read')
  try {
    return { record: await find(request, connections), diagnostics: [] }
  } catch (error) {
    return { record: undefined, diagnostics: toDiagnostics(error, { address: request.address }) }
  } finally {
    await connections.close()
  }
}

async function find(
  request: ImportRequest,
  connections: ReturnType<typeof makeConnections>,
): Promise<ResourceRecord> {
  const { config, state } = request
  const address = findAddress(request.address)
  if (address === undefined || address.mode === 'data') {
    fail(
      'Invalid address',
      `${request.address} is not the address of a resource. Write it like tavio_user.ada or 'tavio_user.ada["key"]'.`,
    )
  }
  const text = formatAddress(address)
  const block = config.resources.get(formatBlock(address))
  if (block === undefined) {
    fail(
      'Unknown address',
      `There is no ${formatBlock(address)} in the configuration. Write its block first.${didYouMean(formatBlock(address), config.resources.keys())}`,
    )
  }
  if (state.records.has(text))
    fail(
      'Address in use',
      `${text} is recorded already. Remove it from state first, if it is to stand for another object.`,
    )

  const providers = settle(request)
  const settled = providers.get(block.provider)
  const resource = getResource(getProvider(request.providers, settled.source), address.type)
  const client = connections.client(providerKey(block.provider), settled)
  const call = makeCall(request, { address: text })
  const key = providerKey(block.provider)
  const { owners } = survey(state.records.values(), request.providers, providers)
  return importObject(
    {
      address,
      place: { address: text },
      id: request.id,
      provider: providerReference(settled.source, settled.alias),
      dependencies: [...buildGraph(config).dependencies(formatBlock(address))],
      createBeforeDestroy: block.lifecycle.createBeforeDestroy,
      owner: (identity) => owners.get(`${address.type} ${identity}`),
    },
    { resource, client, call, providerKey: key, forget: () => connections.forget(key) },
  )
}

/** Provider settings from configuration, variables and what is recorded. */
function settle(request: ImportRequest) {
  const { config, state, world } = request
  const values = makeValues(request.providers)
  for (const [id, block] of config.resources) values.declare(id, blockKind(block))
  for (const record of state.records.values()) {
    if (recordKey(record) === formatAddress(record.address))
      values.set(record.address, mark(record.attributes, record.sensitive))
  }
  const scope = makeScope({
    variables: Object.fromEntries(request.variables),
    locals: (name) => config.locals.get(name)?.body.expression,
    values,
    path: { module: '.', root: '.', cwd: world.cwd },
    directory: config.directory,
    workspace: request.workspace ?? 'default',
    readFile: world.readFile,
  })
  const providers = makeProviders(config, request, scope)
  for (const block of config.providers) providers.settle(block)
  return providers
}
