// A process that performs what it is sent, one act after the other, and ends when nobody sends any more.
import { cliIn } from './bundle.ts'
import { type Act, type Performance, perform } from './perform.ts'

/** What it answers. */
export type Answer =
  | { readonly kind: 'lost'; readonly text: string }
  | { readonly kind: 'done'; readonly performance: Performance }
  | { readonly kind: 'failed'; readonly text: string }

const [, , bundle = ''] = process.argv
const cli = cliIn(bundle)
let close: () => Promise<void> = async () => undefined

function answer(what: Answer): void {
  process.send?.(what)
}

process.on('message', (act: Act) => {
  perform(act, cli, {
    onLost: (text) => answer({ kind: 'lost', text }),
    opened: (closing) => {
      close = closing
    },
  }).then(
    (performance) => answer({ kind: 'done', performance }),
    (error: unknown) => answer({ kind: 'failed', text: String((error as Error)?.stack ?? error) }),
  )
})

/** Whoever sent the work is gone: servers of ours must not outlive it. */
function end(): void {
  void close().finally(() => process.exit(1))
}
process.once('disconnect', end)
// The one that is asked to end disconnects; asked at the same time, both tidy up.
process.on('SIGINT', end)
