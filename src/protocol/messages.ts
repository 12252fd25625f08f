// The messages of plugin protocol 6, as tables of field numbers: all that 6.8 has, and from 6.10 identities and lists.
// Fields nobody here reads or writes are left out.
import {
  bool,
  bytes,
  explicit,
  type Field,
  int,
  type Message,
  mapped,
  message,
  nested,
  repeated,
  text,
} from './wire.ts'

export const empty = message({})

export const dynamicValue = message({ msgpack: bytes(1), json: bytes(2) })
export const rawState = message({ json: bytes(1), flatmap: mapped(2, () => empty) })

const step = message({
  attribute: explicit(text(1)),
  key: explicit(text(2)),
  index: explicit(int(3)),
})
const attributePath = message({ steps: repeated(1, () => step) })

/** Severity 1 is an error, 2 a warning. */
export const diagnostic = message({
  severity: int(1),
  summary: text(2),
  detail: text(3),
  attribute: nested(4, () => attributePath),
})
const diagnostics = (number: number) => repeated(number, () => diagnostic)
const value = (number: number) => nested(number, () => dynamicValue)

const identityData = message({ data: value(1) })
const identity = (number: number) => nested(number, () => identityData)

const clientCapabilities = message({ deferral: bool(1), writeOnly: bool(2) })
const serverCapabilities = message({ planDestroy: bool(1), schemaOptional: bool(2), moveState: bool(3) })

/** An attribute; `type` is JSON. Either that or `nestedType`. */
export interface AttributeShape {
  readonly name: string
  readonly type: Uint8Array
  readonly description: string
  readonly required: boolean
  readonly optional: boolean
  readonly computed: boolean
  readonly sensitive: boolean
  readonly deprecated: boolean
  readonly nestedType:
    | { readonly attributes: readonly AttributeShape[]; readonly nesting: number }
    | undefined
  readonly writeOnly: boolean
}

const nestedType: Message = message({ attributes: repeated(1, () => attribute), nesting: int(3) })
const attribute = message({
  name: text(1),
  type: bytes(2),
  description: text(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  deprecated: bool(9),
  // Attributes nest, which inference cannot follow.
  nestedType: nested(10, () => nestedType) as Field<AttributeShape['nestedType']>,
  writeOnly: bool(11),
})
const block = message({
  version: int(1),
  attributes: repeated(2, () => attribute),
  description: text(4),
  deprecated: bool(6),
})
export const schemaMessage = message({ version: int(1), block: nested(2, () => block) })

const named = message({ typeName: text(1) })

export const getMetadata = {
  request: empty,
  response: message({
    capabilities: nested(1, () => serverCapabilities),
    diagnostics: diagnostics(2),
    dataSources: repeated(3, () => named),
    resources: repeated(4, () => named),
    ephemeralResources: repeated(6, () => named),
    listResources: repeated(7, () => named),
  }),
}

export const getProviderSchema = {
  request: empty,
  response: message({
    provider: nested(1, () => schemaMessage),
    resources: mapped(2, () => schemaMessage),
    dataSources: mapped(3, () => schemaMessage),
    diagnostics: diagnostics(4),
    capabilities: nested(6, () => serverCapabilities),
    ephemeralResources: mapped(8, () => schemaMessage),
    listResources: mapped(9, () => schemaMessage),
  }),
}

const onlyDiagnostics = message({ diagnostics: diagnostics(1) })
const typeAndConfig = message({
  typeName: text(1),
  config: value(2),
  capabilities: nested(3, () => clientCapabilities),
})

export const validateProviderConfig = {
  request: message({ config: value(1) }),
  response: message({ diagnostics: diagnostics(2) }),
}
/** The same for resources, data sources and ephemeral resources. */
export const validateConfig = { request: typeAndConfig, response: onlyDiagnostics }

export const upgradeResourceState = {
  request: message({ typeName: text(1), version: int(2), rawState: nested(3, () => rawState) }),
  response: message({ upgradedState: value(1), diagnostics: diagnostics(2) }),
}

export const configureProvider = {
  request: message({ terraformVersion: text(1), config: value(2) }),
  response: onlyDiagnostics,
}

export const readResource = {
  request: message({
    typeName: text(1),
    currentState: value(2),
    private: bytes(3),
    currentIdentity: identity(6),
  }),
  response: message({
    newState: value(1),
    diagnostics: diagnostics(2),
    private: bytes(3),
    newIdentity: identity(5),
  }),
}

export const planResourceChange = {
  request: message({
    typeName: text(1),
    priorState: value(2),
    proposedNewState: value(3),
    config: value(4),
    priorPrivate: bytes(5),
    priorIdentity: identity(8),
  }),
  response: message({
    plannedState: value(1),
    requiresReplace: repeated(2, () => attributePath),
    plannedPrivate: bytes(3),
    diagnostics: diagnostics(4),
    plannedIdentity: identity(7),
  }),
}

export const applyResourceChange = {
  request: message({
    typeName: text(1),
    priorState: value(2),
    plannedState: value(3),
    config: value(4),
    plannedPrivate: bytes(5),
  }),
  response: message({
    newState: value(1),
    private: bytes(2),
    diagnostics: diagnostics(3),
    newIdentity: identity(5),
  }),
}

const imported = message({ typeName: text(1), state: value(2), private: bytes(3), identity: identity(4) })

export const importResourceState = {
  request: message({ typeName: text(1), id: text(2), identity: identity(4) }),
  response: message({ importedResources: repeated(1, () => imported), diagnostics: diagnostics(2) }),
}

export const moveResourceState = {
  request: message({
    sourceProvider: text(1),
    sourceType: text(2),
    sourceVersion: int(3),
    sourceState: nested(4, () => rawState),
    targetType: text(5),
  }),
  response: message({ targetState: value(1), diagnostics: diagnostics(2) }),
}

export const readDataSource = {
  request: message({ typeName: text(1), config: value(2) }),
  response: message({ state: value(1), diagnostics: diagnostics(2) }),
}

const identityAttribute = message({
  name: text(1),
  type: bytes(2),
  requiredForImport: bool(3),
  description: text(5),
})
const identitySchema = message({ version: int(1), attributes: repeated(2, () => identityAttribute) })

export const getResourceIdentitySchemas = {
  request: empty,
  response: message({ schemas: mapped(1, () => identitySchema), diagnostics: diagnostics(2) }),
}

export const upgradeResourceIdentity = {
  request: message({ typeName: text(1), version: int(2), rawIdentity: nested(3, () => rawState) }),
  response: message({ upgradedIdentity: identity(1), diagnostics: diagnostics(2) }),
}

/** The answer is a stream of these. */
export const listResource = {
  request: message({ typeName: text(1), config: value(2), wantsObjects: bool(3), limit: int(4) }),
  response: message({
    identity: identity(1),
    displayName: text(2),
    object: value(3),
    diagnostics: diagnostics(4),
  }),
}

const timestamp = message({ seconds: int(1), nanos: int(2) })

export const openEphemeralResource = {
  request: typeAndConfig,
  response: message({
    diagnostics: diagnostics(1),
    renewAt: nested(2, () => timestamp),
    result: value(3),
    private: explicit(bytes(4)),
  }),
}

export const renewEphemeralResource = {
  request: message({ typeName: text(1), private: bytes(2) }),
  response: message({
    diagnostics: diagnostics(1),
    renewAt: nested(2, () => timestamp),
    private: explicit(bytes(3)),
  }),
}

export const closeEphemeralResource = {
  request: message({ typeName: text(1), private: bytes(2) }),
  response: onlyDiagnostics,
}

export const getFunctions = {
  request: empty,
  response: message({ functions: mapped(1, () => empty), diagnostics: diagnostics(2) }),
}

const functionError = message({ text: text(1), argument: explicit(int(2)) })

export const callFunction = {
  request: message({ name: text(1) }),
  response: message({ result: value(1), error: nested(2, () => functionError) }),
}

/** Says in `error` why it could not stop. */
export const stopProvider = { request: empty, response: message({ error: text(1) }) }
