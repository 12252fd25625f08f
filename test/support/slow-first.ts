// Files that take long begin first: one that begins last would be waited for alone.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose tests run other programs for most of their time. */
const slow = ['differential', 'interop', 'torture', 'plugin', 'scenario', 'protocol']

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const found = slow.findIndex((folder) => moduleId.includes(`/test/${folder}/`))
      return found < 0 ? slow.length : found
    }
    return usual
      .map((file, i) => ({ file, i }))
      .sort((a, b) => place(a.file) - place(b.file) || a.i - b.i)
      .map(({ file }) => file)
  }
}
