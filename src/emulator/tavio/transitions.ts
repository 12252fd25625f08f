// How a deployment moves between deployed and undeployed.
import { Refusal } from './call.ts'
import type { Deployment, SettledStatus, World } from './model.ts'

/** The deployment with a transition begun. */
export function begin(world: World, deployment: Deployment, enabled: boolean): Deployment {
  const target: SettledStatus = world.conditions.takeFailure()
    ? 'FAILED'
    : enabled
      ? 'DEPLOYED'
      : 'UNDEPLOYED'
  world.lags.restartTransition(deployment.id)
  const { becomes, ...settledFields } = deployment
  if (world.switches().transitions === 'synchronous') return { ...settledFields, enabled, status: target }
  const status = enabled ? 'DEPLOYING' : 'UNDEPLOYING'
  return { ...settledFields, enabled, status, becomes: target }
}

/**
 * The deployment after enabling or disabling; the same object if that changes nothing.
 *
 * Refuses to turn a transition round.
 */
export function toggled(world: World, deployment: Deployment, enabled: boolean): Deployment {
  const already = enabled ? ['DEPLOYED', 'DEPLOYING'] : ['UNDEPLOYED', 'UNDEPLOYING']
  if (already.includes(deployment.status)) return deployment
  if (deployment.becomes !== undefined) throw new Refusal(409, 'A transition is in progress')
  return begin(world, deployment, enabled)
}

/** The deployment as this read sees it: a transition ends after enough reads have seen it. */
export function settled(world: World, deployment: Deployment): Deployment {
  const { becomes, ...rest } = deployment
  if (becomes === undefined || !world.lags.hasPassed(deployment.id, world.switches().transitionReads))
    return deployment
  const next: Deployment = { ...rest, status: becomes }
  world.tables.deployments.put(next)
  return next
}
