// Stored objects as they are served, whole and in lists.
import type { Configuration, Deployment, Environment, Membership, Solution, User } from './model.ts'
import type { TavioSwitches } from './switches.ts'

const SECRET_MASK = '********'

/** Everything about a user. */
export function userView(user: User, switches: TavioSwitches): object {
  return { ...account(user), roles: rolesView(user.roles, switches), changePassword: user.changePassword }
}

/** As login returns it: without roles. */
export function loginUserView(user: User): object {
  return { ...account(user), changePassword: user.changePassword }
}

export function currentUserView(user: User, switches: TavioSwitches): object {
  return { ...account(user), roles: rolesView(user.roles, switches) }
}

export function listedUserView(user: User, switches: TavioSwitches): object {
  const listed = { ...account(user), changePassword: user.changePassword, favorite: false }
  return switches.listObjects === 'full' ? { ...listed, roles: rolesView(user.roles, switches) } : listed
}

/** A user with the roles in an environment. */
export function memberView(user: User, membership: Membership, switches: TavioSwitches): object {
  return { ...account(user), roles: rolesView(membership.roles, switches) }
}

export function environmentView(environment: Environment): object {
  return environment
}

export function listedEnvironmentView(environment: Environment, switches: TavioSwitches): object {
  const { description, ...listed } = environment
  return switches.listObjects === 'full' ? environment : listed
}

export function solutionView(solution: Solution): object {
  return solution
}

export function listedSolutionView(solution: Solution, switches: TavioSwitches): object {
  const { parameters, ...listed } = solution
  return switches.listObjects === 'full' ? solution : listed
}

export function configurationView(
  configuration: Configuration,
  solution: Solution | undefined,
  switches: TavioSwitches,
): object {
  const { envDomain, values, createdAt, updatedAt, ...rest } = configuration
  const secrets = new Set(solution?.parameters.filter((p) => p.secret).map((p) => p.key))
  const cover = (value: unknown) =>
    switches.secretsServed === 'clear' ? value : switches.secretsServed === 'mask' ? SECRET_MASK : null
  const served = Object.entries(values).map(([key, value]) => [key, secrets.has(key) ? cover(value) : value])
  return { ...rest, values: Object.fromEntries(served), createdAt, updatedAt }
}

export function listedConfigurationView(
  configuration: Configuration,
  solution: Solution | undefined,
  switches: TavioSwitches,
): object {
  if (switches.listObjects === 'full') return configurationView(configuration, solution, switches)
  const { envDomain, values, ...listed } = configuration
  return listed
}

export function deploymentView(deployment: Deployment): object {
  const { envDomain, becomes, ...served } = deployment
  return served
}

export function listedDeploymentView(deployment: Deployment, switches: TavioSwitches): object {
  const { envDomain, becomes, configurationIds, ...listed } = deployment
  return switches.listObjects === 'full' ? { ...listed, configurationIds } : listed
}

function account(user: User): object {
  const { password, roles, changePassword, ...shown } = user
  return shown
}

function rolesView(roles: readonly string[], switches: TavioSwitches): readonly unknown[] {
  return switches.roleShape === 'string' ? roles : roles.map((name) => ({ name }))
}
