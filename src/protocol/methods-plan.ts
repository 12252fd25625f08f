// What an object will become, by the lifecycle that every engine uses.
import { hasErrors } from '../diagnostics.ts'
import { planObject } from '../provider/plan-object.ts'
import { pathToWire } from './diagnostic.ts'
import * as messages from './messages.ts'
import { attributesOf, getKind, method, readValue, readWhole, writeIdentity, writeValue } from './method.ts'

export const planResourceChange = method(messages.planResourceChange, {
  attributes: (provider, { typeName }) => attributesOf(provider.resources, typeName),
  async handle(request, { provider, session, reading, report }) {
    const resource = getKind(provider.resources, request.typeName, 'resource')
    const { schema } = resource
    const kept = { plannedPrivate: request.priorPrivate }
    if (readValue(schema, request.proposedNewState) === undefined)
      return { ...kept, plannedState: writeValue(schema, null) }
    const answer = await planObject({
      ...reading,
      resource,
      // Where settings are not known yet, what needs no look at the service can be planned all the same.
      client: resource.plan === undefined ? undefined : session.client('read'),
      prior: readValue(schema, request.priorState),
      // Not the host's proposal: defaults, spellings and secrets are settled in one place, which wants the config.
      config: readWhole(schema, request.config),
    })
    report(answer.diagnostics)
    if (hasErrors(answer.diagnostics)) return {}
    return {
      ...kept,
      plannedState: writeValue(schema, answer.planned),
      plannedIdentity: writeIdentity(resource, answer.planned),
      requiresReplace: answer.replace.map((path) => pathToWire(path, schema.attributes)),
    }
  },
})
