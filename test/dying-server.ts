/** Listens with the transport of the given name, tells its parent where, and sends to every channel until it is killed. */
import type { Channel } from '../src/transport.ts'
import { loadTransport } from '../src/transports/index.ts'

const transport = await loadTransport(process.argv[2] ?? '')
const channels = new Set<Channel>()

const options = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 } as const
const listener = await transport.listen(options, (channel) => {
  channels.add(channel)
  return {
    message: (bytes) => channel.send(bytes),
    closed: () => channels.delete(channel),
  }
})

if (transport.traits.push) {
  setInterval(() => {
    for (const channel of channels) channel.send(Buffer.from('still alive'))
  }, 1)
}
process.once('disconnect', () => process.exit())
process.send?.(listener.address)
