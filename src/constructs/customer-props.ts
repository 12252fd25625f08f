// What an app says of a customer.
import type { IResolvable, TerraformProvider } from 'cdktf'
import type { DeploymentTimeouts } from './generated/index.js'

/** Numbers and booleans may be written as such; the service is sent what the solution's parameter type asks for. */
export type SettingValue = string | number | boolean

/** A person who is invited because of this customer. Applying sends an invitation, which cannot be taken back. */
export interface NewUser {
  /** Unique in the organization, whatever the case. */
  readonly email: string
  /** Construct id. Made from the e-mail address, and needed only when that is a reference. */
  readonly id?: string
  /** Default: what the service makes of the e-mail address. */
  readonly username?: string
  readonly firstName?: string
  readonly lastName?: string
  /** `admin` and `owner` are the ones that Tavio documents. Granted in the whole organization. */
  readonly organizationRoles?: readonly string[]
  /** `developer` and `support` are the ones that Tavio documents. Granted in this customer's environment. */
  readonly environmentRoles?: readonly string[]
  /** What destroying does with the account. Default `abandon`: it stays, and only its grants go. */
  readonly onDestroy?: 'abandon' | 'delete'
  readonly user?: never
}

/** A person who is made, or looked up, elsewhere in the stack: several customers may share one. */
export interface ExistingUser {
  /** A `User`, as `otherCustomer.user('ada@acme.example')` returns it, or a `DataTavioUser`. */
  readonly user: { readonly id: string; readonly node: { readonly id: string; readonly path: string } }
  readonly environmentRoles?: readonly string[]
  readonly email?: never
}

export type CustomerUser = NewUser | ExistingUser

/** A solution by its name, which is looked up once for a stack, or by its id. One of the two. */
export type SolutionChoice =
  | { readonly solution: string; readonly solutionId?: never }
  | { readonly solution?: never; readonly solutionId: string }

/** What a solution needs to know of this customer. */
export type CustomerConfiguration = SolutionChoice & {
  /** Settings that are no secrets. They are in state. */
  readonly values?: { readonly [parameter: string]: SettingValue }
  /**
   * Credentials. They reach the service and never plan or state. Must be references, as to a sensitive
   * `TerraformVariable`: what an app writes literally ends up in the synthesized files.
   */
  readonly secretValues?: { readonly [parameter: string]: string }
}

/** A running solution. `C` are the names of the customer's configurations. */
export interface CustomerDeployment<C extends string = string> {
  /** At least one, all of one solution, by the names they have in `configurations`. */
  readonly configurations: readonly C[]
  /** False undeploys, and keeps the deployment. Default true. */
  readonly enabled?: boolean | IResolvable
  readonly timeouts?: DeploymentTimeouts
}

/** One customer, from its environment to what runs in it. Names of configurations and deployments are keys. */
export interface CustomerProps<C extends string = string> {
  readonly name: string
  /** Short identifier, part of every address of the environment. A change makes a new environment. */
  readonly domain?: string
  readonly description?: string
  readonly users?: readonly CustomerUser[]
  readonly configurations?: { readonly [name in C]: CustomerConfiguration }
  readonly deployments?: { readonly [name: string]: CustomerDeployment<NoInfer<C>> }
  /** Needed only when the stack has several. */
  readonly provider?: TerraformProvider
}
