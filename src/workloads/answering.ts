import type { ServerChannel } from '../transport.ts'
import type { Half } from '../workload.ts'

/** A server that returns every message on the channel it came by, and keeps no account. */
export function answering() {
  const half: Half = {
    prepare: async () => {},
    start: async () => [],
    settle: async () => [],
    finish: () => ({ got: [] }),
  }
  return {
    ...half,
    accept(channel: ServerChannel<unknown>) {
      return {
        message(bytes: Uint8Array) {
          // A client that does not read its answers is not read from, either: memory stays bounded.
          if (!channel.send(bytes)) channel.pause()
        },
        drain: () => channel.resume(),
        end: () => channel.close(),
        closed() {},
      }
    },
  }
}
