// config/: what someone wrote in Terraform's JSON syntax, read into blocks whose values are still expressions.
import type { Address, BlockAddress } from '../address.ts'
import type { Diagnostic, Place } from '../diagnostics.ts'
import type { Expression } from '../expression/expression.ts'
import type { Reference } from '../expression/references.ts'
import type { Type } from '../schema/attribute.ts'
import type { ObjectValue, Value } from '../schema/value.ts'

/** An attribute body: the raw JSON, from which it can be parsed again, and the parsed form. */
export interface Body {
  /** As written, an object of JSON values with template strings; the `//` key and meta-arguments taken out. */
  readonly source: Value
  readonly expression: Expression
}

export interface Variable {
  readonly name: string
  readonly type: Type
  /**
   * How a value given as text is read: as it stands, or as an expression such as `["a"]`. Literal for string, number,
   * bool and variables without a type; absent counts as that.
   */
  readonly parsing?: 'literal' | 'expression' | undefined
  /** Absent: a value must be given. */
  readonly default?: Value | undefined
  readonly description: string
  readonly sensitive: boolean
  /** False: null stands for the default, or is refused when there is none. */
  readonly nullable: boolean
  readonly validations: readonly { readonly condition: Expression; readonly errorMessage: Expression }[]
  readonly place: Place
}

export interface Local {
  readonly name: string
  readonly body: Body
  readonly place: Place
}

/** Something that has to hold, and what to say when it does not. Both as written and parsed. */
export interface Condition {
  readonly condition: Body
  readonly errorMessage: Body
  readonly place: Place
}

/** Looked at after everything else; what does not hold is told and stops nothing. */
export interface CheckBlock {
  readonly name: string
  readonly asserts: readonly Condition[]
  readonly place: Place
}

export interface Output {
  readonly name: string
  readonly body: Body
  readonly description: string
  readonly sensitive: boolean
  readonly dependsOn: readonly Reference[]
  readonly preconditions?: readonly Condition[] | undefined
  readonly place: Place
}

/** One configuration of a provider. */
export interface ProviderBlock {
  /** Local name: `tavio`. */
  readonly name: string
  readonly alias?: string | undefined
  readonly body: Body
  readonly place: Place
}

/** Something whose change replaces an object. A first step of the path that is undefined is the key of the object's own instance. */
export type Trigger = Reference

export interface Lifecycle {
  readonly preventDestroy: boolean
  readonly createBeforeDestroy: boolean
  /** Attribute names or paths whose changes in configuration are not followed; `all` for every one. */
  readonly ignoreChanges: 'all' | readonly (readonly (string | number)[])[]
  readonly replaceTriggeredBy: readonly Trigger[]
  /** What has to hold before the object is planned and made. */
  readonly preconditions?: readonly Condition[] | undefined
  /** What has to hold of the object itself, which is `self` there. */
  readonly postconditions?: readonly Condition[] | undefined
}

export interface ResourceBlock {
  readonly address: BlockAddress
  readonly body: Body
  readonly count?: Expression | undefined
  readonly forEach?: Expression | undefined
  /** `count` as written. */
  readonly countSource?: Value | undefined
  /** `forEach` as written, from which it can be parsed again. */
  readonly forEachSource?: Value | undefined
  readonly dependsOn: readonly Reference[]
  /** Local name and alias of its provider configuration; the type's prefix when nothing is said. */
  readonly provider: { readonly name: string; readonly alias?: string | undefined }
  readonly lifecycle: Lifecycle
  /** Name of the check that a data block is in, and can be referred to from. */
  readonly check?: string | undefined
  readonly place: Place
}

/** `terraform.backend`, as written: without expressions, and not yet checked against what the backend knows. */
export interface BackendBlock {
  readonly kind: string
  readonly settings: ObjectValue
  readonly place: Place
}

/** An object that was recorded under one address is meant by another; without keys on both sides, all of a block's. */
export interface Moved {
  readonly from: Address
  readonly to: Address
  readonly place: Place
}

/** A block that was taken out, and whether its objects are to be destroyed or only forgotten. */
export interface Removed {
  readonly from: BlockAddress
  readonly destroy: boolean
  readonly place: Place
}

/** An object that is there already and belongs to a block from now on. */
export interface Import {
  readonly block: BlockAddress
  /** Of the instance; may use `each` where there is a `forEach`. */
  readonly key: Expression | undefined
  readonly id: Expression
  readonly forEach?: Expression | undefined
  readonly place: Place
}

/** Everything one directory or one synthesized stack says. Wholly parsed; nothing evaluated. */
export interface Config {
  /** Absolute path of its directory. */
  readonly directory: string
  readonly variables: ReadonlyMap<string, Variable>
  readonly locals: ReadonlyMap<string, Local>
  readonly outputs: ReadonlyMap<string, Output>
  readonly providers: readonly ProviderBlock[]
  /** Source by local name, as in `required_providers`: `hubform/tavio`. */
  readonly requiredProviders: ReadonlyMap<string, string>
  /** Version constraints of required providers, as written, by local name. */
  readonly versionConstraints?: ReadonlyMap<string, string>
  /** By `formatBlock(address)`. */
  readonly resources: ReadonlyMap<string, ResourceBlock>
  /** Each after those that lead to where it starts. */
  readonly moved?: readonly Moved[] | undefined
  readonly removed?: readonly Removed[] | undefined
  readonly imports?: readonly Import[] | undefined
  /** By name. */
  readonly checks?: ReadonlyMap<string, CheckBlock> | undefined
  /** Where state is kept; undefined when the configuration does not say. */
  readonly backend?: BackendBlock | undefined
  /** Things worth telling that do not stop anything. */
  readonly warnings: readonly Diagnostic[]
}

/**
 * Where an attribute of a block is written, for a message.
 *
 * Slow: reads the file's text again with positions. Only for problems that are about to be shown.
 */
export type Locate = (place: Place) => Place
