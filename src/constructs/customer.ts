// A customer as one unit.
import { Annotations, TerraformOutput, type TerraformProvider, TerraformStack, Token } from 'cdktf'
import { Construct } from 'constructs'
import { checkCustomer } from './customer-checks.ts'
import type {
  CustomerConfiguration,
  CustomerDeployment,
  CustomerProps,
  CustomerUser,
  NewUser,
  SettingValue,
} from './customer-props.ts'
import {
  Configuration,
  DataTavioSolution,
  Deployment,
  Environment,
  EnvironmentAccess,
  OrganizationAccess,
  User,
} from './generated/index.js'
import { enter } from './neighbours.ts'

/** What `summary` returns: references, to be used in outputs. */
export interface CustomerSummary {
  readonly environment: { readonly id: string; readonly domain: string; readonly status: string }
  readonly users: { readonly [id: string]: string }
  readonly deployments: { readonly [name: string]: { readonly id: string; readonly status: string } }
}

/**
 * A customer environment with its users, their roles, and the solutions configured and deployed in it.
 *
 * The order is the vendor's: the environment, the users and their grants, the configurations, the deployments. Mistakes
 * in `props` do not throw here; they are collected, and all reported when the app is synthesized, with the path of this
 * construct. Construct ids follow from e-mail addresses and names, so that the order of entries means nothing.
 */
export class Customer<const C extends string = string> extends Construct {
  readonly environment: Environment
  readonly #users = new Map<string, User>()
  readonly #configurations = new Map<string, Configuration>()
  readonly #deployments = new Map<string, Deployment>()
  readonly #provider: { readonly provider?: TerraformProvider }

  constructor(scope: Construct, id: string, props: CustomerProps<C>) {
    super(scope, id)
    this.#provider = props.provider === undefined ? {} : { provider: props.provider }
    const { problems, warnings } = checkCustomer(props)
    this.node.addValidation({ validate: () => [...problems] })
    for (const warning of warnings) Annotations.of(this).addWarning(warning)
    enter(this, props.domain, props.provider)

    const { name, domain, description } = props
    this.environment = new Environment(
      this,
      'environment',
      given({ name, domain, description, ...this.#provider }),
    )
    const grants = (props.users ?? []).flatMap((it) => this.#addUser(it))
    for (const [name, it] of Object.entries<CustomerConfiguration>(props.configurations ?? {})) {
      this.#addConfiguration(name, it, grants)
    }
    for (const [name, it] of Object.entries<CustomerDeployment>(props.deployments ?? {})) {
      this.#addDeployment(name, it)
    }
  }

  /** A user made by this customer, by e-mail address in any case, or by the id it was given. Throws if there is none. */
  user(emailOrId: string): User {
    return this.#get(this.#users, 'user', emailOrId.toLowerCase())
  }

  /** Throws if there is none. */
  configuration(name: C): Configuration {
    return this.#get(this.#configurations, 'configuration', name)
  }

  /** Throws if there is none. */
  deployment(name: string): Deployment {
    return this.#get(this.#deployments, 'deployment', name)
  }

  /** What a reader of outputs wants to know; nothing in it is secret. */
  summary(): CustomerSummary {
    const { id, domain, status } = this.environment
    return {
      environment: { id, domain, status },
      users: Object.fromEntries([...this.#users].map(([key, user]) => [key, user.id])),
      deployments: Object.fromEntries(
        [...this.#deployments].map(([name, it]) => [name, { id: it.id, status: it.status }]),
      ),
    }
  }

  /** Makes an output of the summary. Its name must be unique in the stack; default: this construct's id. */
  output(name: string = this.node.id): TerraformOutput {
    const output = new TerraformOutput(this, 'summary', { value: this.summary() })
    output.overrideLogicalId(name.replaceAll(/[^A-Za-z0-9_-]/g, '_'))
    return output
  }

  /** Returns the grants in the environment, which configurations wait for. */
  #addUser(entry: CustomerUser): EnvironmentAccess[] {
    const found =
      entry.user === undefined ? this.#invite(entry) : { user: entry.user, id: entry.user.node.id }
    if (found === undefined) return []
    return distinct(entry.environmentRoles).map(
      (role) =>
        new EnvironmentAccess(this, this.#freeId(`${found.id}-${role}`), {
          environment: this.environment.domain,
          userId: found.user.id,
          role,
          ...this.#provider,
        }),
    )
  }

  /** Undefined if the entry is one of the mistakes that validation reports. */
  #invite(entry: NewUser): { readonly user: User; readonly id: string } | undefined {
    const { email, username, firstName, lastName, onDestroy } = entry
    const key = (entry.id ?? email)?.toLowerCase()
    if (!key || Token.isUnresolved(key) || this.#users.has(key)) return undefined
    const id = this.#freeId(entry.id ?? email)
    const user = new User(
      this,
      id,
      given({ email, username, firstName, lastName, onDestroy, ...this.#provider }),
    )
    this.#users.set(key, user)
    for (const role of distinct(entry.organizationRoles)) {
      const props = { userId: user.id, role, ...this.#provider }
      new OrganizationAccess(this, this.#freeId(`${id}-organization-${role}`), props)
    }
    return { user, id }
  }

  #addConfiguration(name: string, entry: CustomerConfiguration, grants: readonly EnvironmentAccess[]): void {
    const solutionId = this.#solutionId(entry)
    if (solutionId === undefined) return
    const configuration = new Configuration(
      this,
      this.#freeId(`configuration-${name}`),
      given({
        environment: this.environment.domain,
        solutionId,
        name,
        values: entry.values && mapValues(entry.values, asText),
        secretValues: entry.secretValues && { ...entry.secretValues },
        // One who signs in as a user needs a role in the environment before, and until after, anything is done in it.
        dependsOn: grants.length > 0 ? [...grants] : undefined,
        ...this.#provider,
      }),
    )
    this.#configurations.set(name, configuration)
  }

  #addDeployment(name: string, entry: CustomerDeployment): void {
    const configurations = (entry.configurations ?? []).map((it) => this.#configurations.get(it))
    const [first] = configurations
    const solutionId = first?.solutionIdInput
    if (solutionId === undefined) return
    const deployment = new Deployment(
      this,
      this.#freeId(`deployment-${name}`),
      given({
        environment: this.environment.domain,
        solutionId,
        name,
        configurationIds: configurations.flatMap((it) => (it === undefined ? [] : [it.id])),
        enabled: entry.enabled,
        timeouts: entry.timeouts,
        ...this.#provider,
      }),
    )
    this.#deployments.set(name, deployment)
  }

  /** Solutions are the organization's, so that one look-up serves all customers of a stack. */
  #solutionId(choice: CustomerConfiguration): string | undefined {
    if (choice.solution === undefined) return choice.solutionId
    const scope = this.#provider.provider ?? TerraformStack.of(this)
    const id = `solution-${slug(choice.solution)}`
    const shared = scope.node.tryFindChild(id)
    if (shared instanceof DataTavioSolution && shared.nameInput === choice.solution) return shared.id
    const owner = shared === undefined ? scope : this
    const own = owner.node.tryFindChild(id)
    if (own instanceof DataTavioSolution) return own.id
    return new DataTavioSolution(owner, id, { name: choice.solution, ...this.#provider }).id
  }

  /** Readable, and numbered when two texts would read the same. */
  #freeId(text: string): string {
    const readable = slug(text)
    let id = readable
    for (let n = 2; this.node.tryFindChild(id) !== undefined; n++) id = `${readable}-${n}`
    return id
  }

  #get<T>(of: ReadonlyMap<string, T>, what: string, key: string): T {
    const found = of.get(key)
    if (found !== undefined) return found
    const known = [...of.keys()].join(', ') || 'none'
    throw new Error(`[${this.node.path}] has no ${what} "${key}". It has: ${known}.`)
  }
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function distinct(roles: readonly string[] = []): readonly string[] {
  return [...new Set(roles)]
}

function asText(value: SettingValue): string {
  return Token.isUnresolved(value) ? Token.asString(value) : String(value)
}

function mapValues<T, U>(
  values: { readonly [key: string]: T },
  change: (value: T) => U,
): { [key: string]: U } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Bindings tell an absent property from one that is undefined. */
function given<T extends object>(props: T): Given<T> {
  // Filtering by value is beyond what the compiler can follow.
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Given<T>
}
