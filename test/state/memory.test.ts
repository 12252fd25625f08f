import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { backendContract } from '../contract/backend.ts'

backendContract('memory', () => {
  const store = memoryStore()
  return {
    client: () => memoryBackend(store),
    backup: () => store.backup,
    tear: (text) => {
      store.journal = text
    },
    clear: () => {},
  }
})
