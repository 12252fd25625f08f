import { startHub } from '../support/hub.ts'
import { resourceContract } from './resource.ts'
import { tavioSamples } from './tavio-samples.ts'

resourceContract('the default service, as a client', () => startHub({}), tavioSamples)
