// Ids of locks that say that their holder gives signs of life, and where.
import { createHash } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The same for the same id: its last digits become a checksum of the others and of the address of the documents. Of a holder,
 * some servers tell nothing that is its own but the id. Another program's has these digits once in 2⁴⁸ times.
 *
 * What is no UUID stays as it is.
 */
export function beatingId(id: string, address: string): string {
  return UUID.test(id) ? `${id.slice(0, 24)}${checksum(id, address)}` : id
}

/** True if `beatingId` made it, for documents at this address. */
export function isBeatingId(id: string, address: string): boolean {
  return UUID.test(id) && id.slice(24) === checksum(id, address)
}

function checksum(id: string, address: string): string {
  return createHash('sha256')
    .update(`hubform ${id.slice(0, 24)} ${address}`)
    .digest('hex')
    .slice(0, 12)
}
