/** Connections that are opened and closed before anything is weighed. */
import type { Channel, Dialer, Receiver, ServerChannel } from '../transport.ts'

/** Says in a client's greeting that its connection is none of the measured ones. */
const RUN_IN = 'run-in'
/** Enough for the compiler; many more would leave room that others then fill. */
const RUN_IN_CONNECTIONS = 100

/**
 * What a process loads, compiles and sets aside with its first connections is no part of what a further one takes, so some
 * are opened and closed before anything is weighed.
 */
export async function runIn(dialer: Dialer): Promise<void> {
  const opening = Array.from({ length: RUN_IN_CONNECTIONS }, async () => {
    let closed: () => void = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const receiver: Receiver = { message() {}, closed: () => closed() }
    return { channel: await dialer.connect(receiver, { [RUN_IN]: 'yes' }), gone }
  })
  const opened = await Promise.all(opening)
  for (const { channel } of opened) channel.close()
  await Promise.all(opened.map(({ gone }) => gone))
}

export function isRunIn({ hello }: ServerChannel<unknown>): boolean {
  return hello[RUN_IN] !== undefined
}

/** The server's side of it. */
export function answerRunIn(channel: Channel): Receiver {
  return { message() {}, end: () => channel.close(), closed() {} }
}
