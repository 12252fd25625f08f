// What programs may use of Hubform. One name a line; everything else is inside.
export { type Address, findAddress, formatAddress, type InstanceKey } from './address.ts'
export { type Diagnostic, DiagnosticError, type Place, type Severity } from './diagnostics.ts'
export { formatPath, type Path, type PathStep } from './path.ts'
