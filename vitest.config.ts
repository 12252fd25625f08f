import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/support/slow-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Locks on files belong to a process: each test file needs one of its own.
    pool: 'forks',
    // Many wait for programs that they run, so all cores are none too many.
    maxWorkers: '100%',
    testTimeout: 20_000,
    setupFiles: ['./test/support/seed.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    sequence: { sequencer: SlowFirst },
  },
})
