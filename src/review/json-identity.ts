// What an object is called in plan and state JSON.
import { type Address, formatAddress } from '../address.ts'

/** The version of Terraform whose formats these are. */
export const terraformVersion = '1.11.4'

/** Address and its parts, and the provider by its full source. */
export function identityJson(address: Address, provider: string): object {
  return {
    address: formatAddress(address),
    mode: address.mode,
    type: address.type,
    name: address.name,
    ...(address.key === undefined ? {} : { index: address.key }),
    provider_name: /^provider\["(.*?)"\]/.exec(provider)?.[1] ?? provider,
  }
}
