// When a plugin process must end: told to, or left alone. Standard input says nothing of it, for it is the host's own.
import type { ServerHttp2Session } from 'node:http2'

export interface Lifetime {
  /** Counts a connection; when the last one has ended, the host has gone. */
  connected(session: ServerHttp2Session): void
}

/** How long to wait for another connection after the last one. */
const ALONE_MS = 1_000
const LOOK_MS = 2_000

/**
 * Ends the process, through `leave`, when the host is gone: its connections closed, or its process no longer our parent.
 *
 * Interrupts are the host's to handle: they reach us too, and it will say what is to be done.
 */
export function watchHost(host: NodeJS.Process, parent: number, leave: () => void): Lifetime {
  host.on('SIGINT', () => {})
  host.on('SIGHUP', () => {})
  host.on('SIGTERM', leave)
  setInterval(() => {
    if (host.ppid !== parent) leave()
  }, LOOK_MS).unref()
  let open = 0
  return {
    connected(session) {
      open += 1
      session.once('close', () => {
        open -= 1
        setTimeout(() => {
          if (open === 0) leave()
        }, ALONE_MS).unref()
      })
    },
  }
}
