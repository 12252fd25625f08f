// Solutions, which can only be looked at.
import { type Call, type Handler, param, Refusal } from './call.ts'
import { listed } from './lists.ts'
import { allowInEnvironment, allowInOrganization, environmentOf } from './permissions.ts'
import { listedSolutionView, solutionView } from './views.ts'

export const listSolutions: Handler = (call) => {
  allowToLook(call)
  const { tables, switches } = call.world
  return listed(call, {
    objects: tables.solutions.all(),
    fields: ['id', 'name', 'description', 'version'],
    view: (solution) => listedSolutionView(solution, switches()),
  })
}

export const readSolution: Handler = (call) => {
  allowToLook(call)
  const solutionId = param(call, 'solutionId')
  const solution = call.world.tables.solutions.get(solutionId)
  if (solution === undefined) throw new Refusal(404, `No solution ${solutionId}`)
  return { status: 200, body: solutionView(solution) }
}

function allowToLook(call: Call): void {
  const envDomain = call.params['envDomain']
  if (envDomain !== undefined) {
    allowInEnvironment(call, envDomain, 'read')
    environmentOf(call, envDomain)
  } else if (call.caller.kind !== 'environment') allowInOrganization(call, 'read')
}
