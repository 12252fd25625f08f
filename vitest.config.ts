import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Locks on files belong to a process: each test file needs one of its own.
    pool: 'forks',
    testTimeout: 20_000,
    setupFiles: ['./test/support/seed.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
  },
})
