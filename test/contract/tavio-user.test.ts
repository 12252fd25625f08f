import { startHub } from '../support/hub.ts'
import { resourceContract } from './resource.ts'
import { tavioSamples } from './tavio-samples.ts'

resourceContract(
  'the default service, as a user',
  () => startHub({ as: 'user', switches: { ownersMayConnect: true } }),
  tavioSamples,
)
