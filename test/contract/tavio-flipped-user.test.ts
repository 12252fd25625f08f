import { startHub } from '../support/hub.ts'
import { resourceContract } from './resource.ts'
import { tavioSamples } from './tavio-samples.ts'

resourceContract(
  'the flipped service, as a user',
  () => startHub({ profile: 'flipped', as: 'both' }),
  tavioSamples,
)
