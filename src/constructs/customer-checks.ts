// Mistakes that can be seen in a customer's properties alone.
import { didYouMean } from '../schema/suggest.ts'
import type { CustomerConfiguration, CustomerProps, CustomerUser } from './customer-props.ts'
import { checkShape } from './customer-shape.ts'
import { isReference } from './reference.ts'

/** As Tavio documents them for its API. Others may exist, so that an unknown one is a warning and no error. */
const ROLES = {
  organizationRoles: ['admin', 'owner'],
  environmentRoles: ['developer', 'support'],
} as const

/** What is wrong, in full sentences that begin with the property. Everything is found, not only the first. */
export interface Findings {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export function checkCustomer(props: CustomerProps): Findings & {
  /** The properties, or what can be used of them. */
  readonly sound: CustomerProps
} {
  const { wrong, unknown } = checkShape(props)
  if (wrong.length > 0) {
    const name = typeof props.name === 'string' ? props.name : ''
    return { problems: [...wrong, ...unknown], warnings: [], sound: { name } }
  }
  const problems = [
    ...unknown,
    ...(props.name ? [] : ['name is missing: give the customer a display name.']),
    ...checkUsers(props.users ?? []),
    ...Object.entries(props.configurations ?? {}).flatMap(([name, it]) => checkConfiguration(name, it)),
    ...checkDeployments(props),
  ]
  return { problems, warnings: (props.users ?? []).flatMap(checkRoles), sound: props }
}

function checkUsers(users: readonly CustomerUser[]): string[] {
  const seen = new Map<string | object, number>()
  return users.flatMap((user, i) => {
    const where = `users[${i}]`
    if (user.user !== undefined) {
      const first = seen.get(user.user)
      seen.set(user.user, first ?? i)
      const twice = `${where} is the same user as users[${first}]: put all roles of a person into one entry.`
      return first === undefined ? [] : [twice]
    }
    if (!user.email) return [`${where} has no email: every user is invited by e-mail.`]
    if (isReference(user.email)) {
      return user.id ? [] : [`${where} has a reference as email: give it an id as well.`]
    }
    const first = seen.get(user.email.toLowerCase())
    seen.set(user.email.toLowerCase(), first ?? i)
    if (first === undefined) return []
    return [
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
      .filter((role) => !isReference(role) && !known.some((it) => it === role))
      .map(
        (role) =>
          `users[${i}].${kind} names "${role}", which is not a role that Tavio documents ` +
          `(${known.join(', ')}); the service may refuse it.${didYouMean(role, known)}`,
      )
  })
}

function checkConfiguration(name: string, configuration: CustomerConfiguration): string[] {
  const where = `configurations.${name}`
  const problems: string[] = []
  if (!configuration.solution && !configuration.solutionId) {
    problems.push(`${where} says no solution: give solution, its name, or solutionId.`)
  }
  if (configuration.solution && configuration.solutionId) {
    problems.push(`${where} gives both solution and solutionId: keep one of them.`)
  }
  // A map that is a reference as a whole says nothing of its keys.
  const secrets = isReference(configuration.secretValues) ? {} : (configuration.secretValues ?? {})
  for (const key of Object.keys(configuration.values ?? {}).filter((it) => Object.hasOwn(secrets, it))) {
    problems.push(`${where} gives "${key}" in values and in secretValues: keep one of them.`)
  }
  for (const key of Object.keys(secrets).filter((it) => !isReference(secrets[it]))) {
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
    const problems: string[] = []
    const names = deployment.configurations ?? []
    if (names.length === 0) {
      return [`${where} has no configuration: name at least one in its configurations.`]
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
