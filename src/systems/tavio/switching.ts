// Enabling and disabling a deployment, and waiting until it is.
import { fail } from '../../diagnostics.ts'
import type { Call } from '../../provider/call.ts'
import { ApiError, isRefusal } from './api-error.ts'
import type { Inside, Writer } from './client.ts'
import { type Standing, standingOf } from './status.ts'
import type { Requests, ServedDeployment } from './wire.ts'

const DISABLE_MS = 600_000
/** Looks at an unchanged deployment before it is told again: the first looks may lag behind what it was told. */
const PATIENCE = 4

interface Target {
  readonly which: Inside
  readonly enabled: boolean
  /** True if we just set it going, so that a failure is of our doing. Else one found failed is tried again once. */
  readonly started?: boolean
  readonly timeoutMs: number
}

type Writing = Call & { readonly client: Writer }

/**
 * Brings a deployment to enabled or disabled, from wherever it is, and waits until the service says so.
 *
 * Undefined if it is gone. Throws a diagnostic when it fails on the way, or stays in a state nobody knows.
 */
export async function converge(call: Writing, target: Target): Promise<ServedDeployment | undefined> {
  const { client } = call
  const wanted: Standing = target.enabled ? 'enabled' : 'disabled'
  let told = 0
  let waited = 0
  let failure = target.started === true
  const look = async (): Promise<Look> => {
    const served = await client.deployment(target.which, call.signal)
    if (served === undefined) return { served, standing: wanted }
    const standing = standingOf(served, client.words)
    if (standing === wanted) return { served, standing }
    if (standing === 'moving' || standing === 'unknown') {
      waited = 0
      // Whatever it was before, it is on its way now.
      failure ||= told > 0
      return { served, standing }
    }
    // Where it stands now, it stays unless told. It may also not show yet what it was told already.
    waited += 1
    const patient = waited < PATIENCE
    if (standing === 'failed' && (failure || (told > 0 && !patient))) return failed(target, served)
    if ((told === 0 || !patient) && (await tell(call, target))) {
      told += 1
      waited = 0
    }
    return { served, standing }
  }
  const { served } = await call.poll({
    what: `${nameOf(target.which)} to be ${wanted}`,
    probe: look,
    until: (found) => found.standing === wanted,
    describe: ({ served: last, standing }) => describe(last, standing),
    timeoutMs: target.timeoutMs,
  })
  return served
}

interface Look {
  readonly served: ServedDeployment | undefined
  readonly standing: Standing
}

/** Disables every deployment of an environment and waits for it. One that cannot be listed is left to the service. */
export async function disableAll(call: Writing, environment: string): Promise<void> {
  const listed = await call.client.deployments(environment, call.signal).catch((error: unknown) => {
    if (isRefusal(error, 403, 404, 405)) return undefined
    throw error
  })
  await Promise.all(
    (listed ?? []).map(async ({ id, ...rest }) => {
      if (id === undefined || standingOf(rest, call.client.words) === 'disabled') return
      await converge(call, { which: { environment, id }, enabled: false, timeoutMs: DISABLE_MS })
    }),
  )
}

/** Runs a call that the service refuses while a deployment is on its way, as soon as it no longer does. */
export async function whenSettled<T>(
  call: Writing,
  which: Inside,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  let refusals = 0
  const done = await call.poll<{ result: T } | ApiError>({
    what: `${nameOf(which)} to accept a change`,
    probe: async () => {
      try {
        return { result: await work() }
      } catch (error) {
        if (!isRefusal(error, 409)) throw error
        const served = await call.client.deployment(which, call.signal)
        const standing = served && standingOf(served, call.client.words)
        // A conflict with something else does not go away by waiting.
        if (standing !== 'moving' && standing !== 'unknown' && ++refusals > PATIENCE) throw error
        return error
      }
    },
    until: (answer) => !(answer instanceof ApiError),
    describe: (answer) => (answer instanceof ApiError ? answer.detail : ''),
    timeoutMs,
  })
  if (done instanceof ApiError) throw done
  return done.result
}

/** True if the service took it; false if it is busy with the deployment. */
async function tell({ client, signal }: Writing, { which, enabled }: Target): Promise<boolean> {
  const last = async (): Promise<Requests['updateDeployment']> => {
    const served = await client.deployment(which, signal)
    return {
      configurationIds: [...(served?.configurationIds ?? [])],
      ...(served?.name === undefined ? {} : { name: served.name }),
    }
  }
  try {
    await client.setEnabled(which, enabled, last, signal)
    return true
  } catch (error) {
    if (isRefusal(error, 409)) return false
    throw error
  }
}

function failed(target: Target, served: ServedDeployment): never {
  const verb = target.enabled ? 'enabling' : 'disabling'
  return fail(
    'Deployment failed',
    `${nameOf(target.which)}${served.name === undefined ? '' : ` ("${served.name}")`} ended as "${served.status}" on ${verb}. Look at it in the service, repair its configuration, and run again.`,
  )
}

function describe(served: ServedDeployment | undefined, standing: Standing): string {
  const status = served?.status ?? (served?.enabled === true ? 'enabled' : 'disabled')
  if (standing !== 'unknown') return `it was "${status}"`
  return `it was "${status}", a word that none of deployed_statuses, undeployed_statuses, failed_statuses and transitional_statuses of the provider knows`
}

function nameOf({ environment, id }: Inside): string {
  return `tavio_deployment ${id} in environment "${environment}"`
}
