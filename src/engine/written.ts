// What was written, as far as tools that read plans want to see it. Plain data.
import type { BlockAddress } from '../address.ts'
import type { Value } from '../schema/value.ts'

/** A resource or data block. Plain data. */
export interface WrittenBlock {
  readonly address: BlockAddress
  /** Key into `Written.providers`. */
  readonly provider: string
  readonly schemaVersion: number
  /** As written, meta-arguments taken out. What is written for the arguments in `secret` must not be shown. */
  readonly body: Value
  readonly secret: readonly string[]
  readonly count?: Value | undefined
  readonly forEach?: Value | undefined
  /** Addresses as written. */
  readonly dependsOn: readonly string[]
}

export interface WrittenVariable {
  /** Not to be shown if the variable is sensitive. Absent: there is none. */
  readonly default?: Value | undefined
  readonly description: string
  readonly sensitive: boolean
}

export interface WrittenProvider {
  readonly name: string
  readonly alias?: string | undefined
  /** `registry.terraform.io/hubform/tavio`. */
  readonly source: string
  readonly version?: string | undefined
  readonly body: Value
  readonly secret: readonly string[]
}

/** The configuration as written. Bodies of locals and of outputs are in the scope of the plan. */
export interface Written {
  readonly resources: readonly WrittenBlock[]
  readonly outputs: {
    readonly [name: string]: { readonly description: string; readonly dependsOn: readonly string[] }
  }
  readonly variables: { readonly [name: string]: WrittenVariable }
  readonly providers: { readonly [key: string]: WrittenProvider }
}
