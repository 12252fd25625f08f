// Ends a run with one plain line for whoever reads logs by program.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    )
    const broken = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
    )
    const count = (state: string) => states.filter((one) => one === state).length
    const failed = count('failed') + broken.length + errors.length
    // After the default reporter's summary, which is written in the same turn.
    setImmediate(() =>
      process.stdout.write(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`),
    )
  }
}
