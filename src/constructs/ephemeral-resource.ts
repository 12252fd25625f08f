// Ephemeral resources as constructs. Generated bindings have none, since the generator passes over them.
import {
  dependable,
  type IResolvable,
  type ITerraformDependable,
  Lazy,
  ref,
  TerraformElement,
  type TerraformProvider,
  TerraformStack,
} from 'cdktf'
import type { Construct } from 'constructs'

/** What every ephemeral resource may be given. */
export interface EphemeralMetaArguments {
  /** Which configuration of the provider opens it; the default one if absent. */
  readonly provider?: TerraformProvider
  /** What has to be there before it is opened, besides what its arguments refer to. */
  readonly dependsOn?: readonly ITerraformDependable[]
}

/**
 * A value that exists only while a run needs it, in neither plan nor state.
 *
 * It may be used in settings of providers, in write-only attributes and in other ephemeral resources. Everywhere else
 * Terraform refuses it; in another stack, synthesis does.
 */
export abstract class EphemeralResource extends TerraformElement implements ITerraformDependable {
  readonly terraformResourceType: string
  readonly #meta: EphemeralMetaArguments

  protected constructor(scope: Construct, id: string, type: string, meta: EphemeralMetaArguments) {
    super(scope, id, `ephemeral.${type}`)
    this.terraformResourceType = type
    this.#meta = meta
  }

  /** The arguments of the block, named as in Terraform; undefined ones are left out. */
  protected abstract synthesizeAttributes(): { readonly [name: string]: unknown }

  /** A reference to an attribute, for `Token.asString` and the like. */
  protected reference(attribute: string): IResolvable {
    const path = `ephemeral.${this.terraformResourceType}.${this.friendlyUniqueId}.${attribute}`
    return Lazy.anyValue({
      produce: ({ scope }) => {
        // Stacks hand values to each other through outputs, which are kept.
        if (TerraformStack.of(scope) === this.cdktfStack) return ref(path, this.cdktfStack)
        throw new Error(
          `${this.node.path} is used in stack "${TerraformStack.of(scope).node.id}", but an ephemeral value exists only in the run of its own stack, "${this.cdktfStack.node.id}". Make another ${this.constructor.name} in the stack that uses it.`,
        )
      },
    })
  }

  override toTerraform(): object {
    const { provider, dependsOn } = this.#meta
    const block = {
      ...this.synthesizeAttributes(),
      provider: provider?.fqn,
      depends_on: dependsOn?.map((one) => dependable(one)),
      ...(this.rawOverrides as object),
      '//': this.constructNodeMetadata,
    }
    return { ephemeral: { [this.terraformResourceType]: { [this.friendlyUniqueId]: block } } }
  }

  override toHclTerraform(): never {
    throw new Error(
      `${this.node.path}: ephemeral resources can be synthesized as JSON only. Remove "hclOutput".`,
    )
  }
}
