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
/** How to end what is going on; settles once that is known. */
let closing: Promise<() => Promise<void>> = Promise.resolve(async () => undefined)

function answer(what: Answer): void {
  // What is interrupted has nothing to say.
  if (process.connected) process.send?.(what)
}

process.on('message', (act: Act) => {
  const opened = Promise.withResolvers<() => Promise<void>>()
  closing = opened.promise
  perform(act, cli, { onLost: (text) => answer({ kind: 'lost', text }), opened: opened.resolve })
    .then(
      (performance) => answer({ kind: 'done', performance }),
      (error: unknown) => answer({ kind: 'failed', text: String((error as Error)?.stack ?? error) }),
    )
    .finally(() => opened.resolve(async () => undefined))
})

/** Whoever sent the work is gone: servers of ours must not outlive it. */
async function end(): Promise<void> {
  const close = await closing
  await close().catch(() => undefined)
  process.exit(1)
}
process.once('disconnect', () => void end())
// Who sends the work is asked at the same time, and then disconnects.
process.on('SIGINT', () => undefined)
