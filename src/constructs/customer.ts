// A customer as one unit.
import { Annotations, TerraformOutput, type TerraformProvider, TerraformStack, Token } from 'cdktf'
import { Construct } from 'constructs'
import { constructId } from './construct-id.ts'
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
import { isReference } from './reference.ts'

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
  readonly #problems: readonly string[]
  readonly #provider: { readonly provider?: TerraformProvider }

  constructor(scope: Construct, id: string, props: CustomerProps<C>) {
    super(scope, id)
    const { problems, warnings, sound } = checkCustomer(props)
    this.#problems = problems
    this.node.addValidation({ validate: () => [...problems] })
    for (const warning of warnings) Annotations.of(this).addWarning(warning)
    const { name, domain, description, provider } = sound
    this.#provider = provider === undefined ? {} : { provider }
    enter(this, domain, provider)

    this.environment = new Environment(
      this,
      'environment',
      given({ name, domain, description, ...this.#provider }),
    )
    const grants = (sound.users ?? []).flatMap((it) => this.#addUser(it))
    for (const [name, it] of Object.entries<CustomerConfiguration>(sound.configurations ?? {})) {
      this.#addConfiguration(name, it, grants)
    }
    for (const [name, it] of Object.entries<CustomerDeployment>(sound.deployments ?? {})) {
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
    const user = entry.user ?? this.#invite(entry)
    if (user === undefined) return []
    const { domain } = this.environment
    return grants(user.node.id, 'as', entry.environmentRoles).map(
      ([id, role]) =>
        new EnvironmentAccess(
          this,
          this.node.tryFindChild(id) === undefined ? id : `${id} ${user.node.path}`,
          {
            environment: domain,
            userId: user.id,
            role,
            ...this.#provider,
          },
        ),
    )
  }

  /** Undefined if the entry is one of the mistakes that validation reports. */
  #invite(entry: NewUser): User | undefined {
    const { email, username, firstName, lastName, onDestroy } = entry
    const key = (entry.id ?? email)?.toLowerCase()
    if (!key || isReference(key) || this.#users.has(key)) return undefined
    const id = entry.id === undefined ? constructId(key) : `user-${constructId(key)}`
    const props = given({ email, username, firstName, lastName, onDestroy, ...this.#provider })
    const user = new User(this, id, props)
    this.#users.set(key, user)
    for (const [access, role] of grants(id, 'in_organization_as', entry.organizationRoles)) {
      new OrganizationAccess(this, access, { userId: user.id, role, ...this.#provider })
    }
    return user
  }

  #addConfiguration(name: string, entry: CustomerConfiguration, grants: readonly EnvironmentAccess[]): void {
    const solutionId = this.#solutionId(name, entry)
    if (solutionId === undefined) return
    const configuration = new Configuration(
      this,
      `configuration-${constructId(name)}`,
      given({
        environment: this.environment.domain,
        solutionId,
        name,
        values: entry.values && asTexts(entry.values),
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
      `deployment-${constructId(name)}`,
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
  #solutionId(name: string, { solution, solutionId }: CustomerConfiguration): string | undefined {
    if (!solution) return solutionId
    const reference = isReference(solution)
    const scope = reference ? this : childOf(this.#provider.provider ?? TerraformStack.of(this), 'solutions')
    const id = reference ? `solution-${constructId(name)}` : constructId(solution)
    const found = scope.node.tryFindChild(id)
    if (found instanceof DataTavioSolution) return found.id
    return new DataTavioSolution(scope, id, { name: solution, ...this.#provider }).id
  }

  #get<T>(of: ReadonlyMap<string, T>, what: string, key: string): T {
    const found = of.get(key)
    if (found !== undefined) return found
    const known = [...of.keys()].join(', ') || 'none'
    // The app stops here, so that the mistakes which are the reason would never be reported.
    const reasons = this.#problems.map((it) => `\n  [${this.node.path}] ${it}`).join('')
    throw new Error(`[${this.node.path}] has no ${what} "${key}". It has: ${known}.${reasons}`)
  }
}

/** Construct ids and roles, each role once. A reference has no text to make an id of, so its position must do. */
function grants(
  user: string,
  as: string,
  roles: readonly string[] = [],
): readonly (readonly [string, string])[] {
  return [...new Set(roles)].map((role, i) => [
    `${user}_${as}_${isReference(role) ? i : constructId(role)}`,
    role,
  ])
}

function childOf(scope: Construct, id: string): Construct {
  const child = scope.node.tryFindChild(id)
  return child instanceof Construct ? child : new Construct(scope, id)
}

function asText(value: SettingValue): string {
  return Token.isUnresolved(value) ? Token.asString(value) : String(value)
}

function asTexts(values: { readonly [key: string]: SettingValue }): { [key: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)]))
}

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Bindings tell an absent property from one that is undefined. */
function given<T extends object>(props: T): Given<T> {
  // Filtering by value is beyond what the compiler can follow.
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Given<T>
}
