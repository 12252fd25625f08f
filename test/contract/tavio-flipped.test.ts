import { startHub } from '../support/hub.ts'
import { resourceContract } from './resource.ts'
import { tavioSamples } from './tavio-samples.ts'

resourceContract('the flipped service', () => startHub({ profile: 'flipped' }), tavioSamples)
