// The providers that are part of Hubform.
import type { Provider } from '../provider/provider.ts'
import { tavio } from '../systems/tavio/provider.ts'
import { terraform } from '../systems/terraform/provider.ts'

/** By source address. */
export const providers: { readonly [source: string]: Provider } = {
  [tavio.source]: tavio,
  [terraform.source]: terraform,
}
