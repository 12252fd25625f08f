// Mistakes that can be seen in a customer's properties alone. They may come from a file, so types prove nothing.
import { Token } from 'cdktf'
import { didYouMean } from '../schema/suggest.ts'
import type { CustomerConfiguration, CustomerProps, CustomerUser } from './customer-props.ts'

/** As Tavio documents them for its API. Others may exist, so that an unknown one is a warning and no error. */
const ROLES = {
  organizationRoles: ['admin', 'owner'],
  environmentRoles: ['developer', 'support'],
} as const

const KEYS = {
  customer: ['name', 'domain', 'description', 'users', 'configurations', 'deployments', 'provider'],
  newUser: [
    'email',
    'id',
    'username',
    'firstName',
    'lastName',
    'organizationRoles',
    'environmentRoles',
    'onDestroy',
  ],
  existingUser: ['user', 'environmentRoles'],
  configuration: ['solution', 'solutionId', 'values', 'secretValues'],
  deployment: ['configurations', 'enabled', 'timeouts'],
} as const

/** What is wrong, in full sentences that begin with the property. Everything is found, not only the first. */
export interface Findings {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export function checkCustomer(props: CustomerProps): Findings {
  const problems = [
    ...unknownKeys('', props, KEYS.customer),
    ...(props.name ? [] : ['name is missing: give the customer a display name.']),
    ...checkUsers(props.users ?? []),
    ...Object.entries(props.configurations ?? {}).flatMap(([name, it]) => checkConfiguration(name, it)),
    ...checkDeployments(props),
  ]
  return { problems, warnings: (props.users ?? []).flatMap(checkRoles) }
}

function checkUsers(users: readonly CustomerUser[]): string[] {
  const seen = new Map<string | object, number>()
  return users.flatMap((user, i) => {
    const where = `users[${i}]`
    if (user.user !== undefined) {
      const first = seen.get(user.user)
      seen.set(user.user, first ?? i)
      const twice = `${where} is the same user as users[${first}]: put all roles of a person into one entry.`
      return [...unknownKeys(where, user, KEYS.existingUser), ...(first === undefined ? [] : [twice])]
    }
    const problems = unknownKeys(where, user, KEYS.newUser)
    if (!user.email) return [...problems, `${where} has no email: every user is invited by e-mail.`]
    if (Token.isUnresolved(user.email)) {
      return user.id ? problems : [...problems, `${where} has a reference as email: give it an id as well.`]
    }
    const first = seen.get(user.email.toLowerCase())
    seen.set(user.email.toLowerCase(), first ?? i)
    if (first === undefined) return problems
    return [
      ...problems,
      `${where} has the same email as users[${first}], "${user.email}" (case does not count): ` +
        'put all roles of a person into one entry.',
    ]
  })
}

function checkRoles(user: CustomerUser, i: number): string[] {
  return (['organizationRoles', 'environmentRoles'] as const).flatMap((kind) => {
    const known = ROLES[kind]
    const roles = (user as { readonly [key in typeof kind]?: readonly string[] })[kind] ?? []
    return roles
      .filter((role) => !Token.isUnresolved(role) && !known.some((it) => it === role))
      .map(
        (role) =>
          `users[${i}].${kind} names "${role}", which is not a role that Tavio documents ` +
          `(${known.join(', ')}); the service may refuse it.${didYouMean(role, known)}`,
      )
  })
}

function checkConfiguration(name: string, configuration: CustomerConfiguration): string[] {
  const where = `configurations.${name}`
  const problems = unknownKeys(where, configuration, KEYS.configuration)
  if (!configuration.solution && !configuration.solutionId) {
    problems.push(`${where} says no solution: give solution, its name, or solutionId.`)
  }
  if (configuration.solution && configuration.solutionId) {
    problems.push(`${where} gives both solution and solutionId: keep one of them.`)
  }
  const secrets = configuration.secretValues ?? {}
  for (const key of Object.keys(configuration.values ?? {}).filter((it) => Object.hasOwn(secrets, it))) {
    problems.push(`${where} gives "${key}" in values and in secretValues: keep one of them.`)
  }
  for (const key of Object.keys(secrets).filter((it) => !Token.isUnresolved(secrets[it]))) {
    problems.push(
      `${where}.secretValues.${key} is written literally, so that the secret would be in the synthesized files: ` +
        'pass a reference, as the value of a sensitive TerraformVariable.',
    )
  }
  return problems
}

function checkDeployments(props: CustomerProps): string[] {
  const configurations = props.configurations ?? {}
  return Object.entries(props.deployments ?? {}).flatMap(([name, deployment]) => {
    const where = `deployments.${name}`
    const problems = unknownKeys(where, deployment, KEYS.deployment)
    const names = deployment.configurations ?? []
    if (names.length === 0) {
      return [...problems, `${where} has no configuration: name at least one in its configurations.`]
    }
    const known = Object.keys(configurations)
    for (const missing of names.filter((it) => !known.includes(it))) {
      problems.push(
        `${where} uses the configuration "${missing}", which this customer does not have.${didYouMean(missing, known)}`,
      )
    }
    const used = names.map((it) => configurations[it]).filter((it) => it !== undefined)
    const solutions = new Set(used.map((it) => it.solution ?? it.solutionId ?? ''))
    if (solutions.size > 1) {
      problems.push(
        `${where} mixes configurations of several solutions (${[...solutions].sort().join(', ')}): ` +
          'a deployment runs one solution; make one deployment for each.',
      )
    }
    return problems
  })
}

function unknownKeys(where: string, props: object, known: readonly string[]): string[] {
  return Object.keys(props)
    .filter((key) => !known.includes(key))
    .map(
      (key) =>
        `${where}${where && '.'}${key} is not a property that a customer can have.${didYouMean(key, known)}`,
    )
}
