// Tokens of Tavio that a run opens for something else, such as another provider.
import { Token } from 'cdktf'
import type { Construct } from 'constructs'
import { type EphemeralMetaArguments, EphemeralResource } from './ephemeral-resource.ts'

/** A new token for the organization, of whoever the provider signs in as. */
export class OrganizationToken extends EphemeralResource {
  static readonly tfResourceType = 'tavio_organization_token'

  constructor(scope: Construct, id: string, config: EphemeralMetaArguments = {}) {
    super(scope, id, OrganizationToken.tfResourceType, config)
  }

  /** The token itself, Terraform's attribute `token`. */
  get value(): string {
    return Token.asString(this.reference('token'))
  }

  /** Seconds until it ends, counted from when it was opened. Null if the service does not say. */
  get expiresIn(): number {
    return Token.asNumber(this.reference('expires_in'))
  }

  protected override synthesizeAttributes(): { readonly [name: string]: unknown } {
    return {}
  }
}

export interface EnvironmentTokenConfig extends EphemeralMetaArguments {
  /** Domain of the environment. */
  readonly environment: string
}

/** A new token for one environment. The provider has to sign in as a user who has a role in it. */
export class EnvironmentToken extends EphemeralResource {
  static readonly tfResourceType = 'tavio_environment_token'
  /** As given. */
  readonly environmentInput: string

  constructor(scope: Construct, id: string, config: EnvironmentTokenConfig) {
    super(scope, id, EnvironmentToken.tfResourceType, config)
    this.environmentInput = config.environment
  }

  /** The token itself, Terraform's attribute `token`. */
  get value(): string {
    return Token.asString(this.reference('token'))
  }

  /** Seconds until it ends, counted from when it was opened. Null if the service does not say. */
  get expiresIn(): number {
    return Token.asNumber(this.reference('expires_in'))
  }

  /** Domain of the environment. */
  get environment(): string {
    return Token.asString(this.reference('environment'))
  }

  protected override synthesizeAttributes(): { readonly [name: string]: unknown } {
    return { environment: this.environmentInput }
  }
}
