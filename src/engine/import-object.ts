// An object that is there already, as the record of an address.
import { type Address, formatAddress } from '../address.ts'
import { DiagnosticError, fail, type Place, problem } from '../diagnostics.ts'
import { identityOf } from '../provider/collection.ts'
import { findByImportId, readObject } from '../provider/lifecycle.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { Source } from './live.ts'
import { schemaSensitive, toRecord } from './recorded.ts'

export interface ImportedObject {
  readonly address: Address
  readonly place: Place
  /** What the resource's import understands. */
  readonly id: string
  /** Reference as in state files. */
  readonly provider: string
  readonly dependencies: readonly string[]
  readonly createBeforeDestroy: boolean
  /** Record keys of recorded objects by identity, to tell ours from others. */
  readonly owner: (identity: string) => string | undefined
}

/** Finds an object and makes its record. Changes nothing. Throws a diagnostic when there is none, or it has a record. */
export async function importObject(wanted: ImportedObject, source: Source): Promise<ResourceRecord> {
  const { address, place, id } = wanted
  const { resource, client, call } = source
  const found = await findByImportId({ ...call, resource, client, id })
  const object = found && (await readObject({ ...call, resource, client, prior: found }))
  if (object === undefined) {
    throw new DiagnosticError(
      problem(
        'Object to import not found',
        `There is no ${address.type} "${id}". Its import id is ${resource.importId ?? 'its id'}.`,
        place,
      ),
    )
  }
  const identity = resource.collection && identityOf(resource.collection, object)
  const owner = identity && wanted.owner(identity)
  if (owner !== undefined && owner !== '' && owner !== formatAddress(address)) {
    fail(
      'Object recorded already',
      `${address.type} "${id}" is recorded as ${owner}. Use "hubform state mv" or a "moved" block to move it.`,
      place,
    )
  }
  return toRecord({
    address,
    provider: wanted.provider,
    tainted: false,
    schema: resource.schema,
    object,
    sensitive: schemaSensitive(resource.schema, object),
    dependencies: wanted.dependencies,
    createBeforeDestroy: wanted.createBeforeDestroy,
  })
}
