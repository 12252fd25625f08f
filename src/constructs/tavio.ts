// constructs/: what an app is written with. Generated bindings (made at build, not committed) and hand-written
// constructs above them; nothing here plans, applies or talks to a service. This file is the package's `hubform/tavio`.
export { Customer, type CustomerSummary } from './customer.ts'
export type {
  CustomerConfiguration,
  CustomerDeployment,
  CustomerProps,
  CustomerUser,
  ExistingUser,
  NewUser,
  SettingValue,
  SolutionChoice,
} from './customer-props.ts'
export type { EphemeralMetaArguments } from './ephemeral-resource.ts'
export * from './generated/index.js'
export { EnvironmentToken, type EnvironmentTokenConfig, OrganizationToken } from './tokens.ts'
