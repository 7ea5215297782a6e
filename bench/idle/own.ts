/** rtbench's own client, idle: `own.js <transport> <setup as JSON>`; the weight goes to the parent. */
import type { Channel, Options } from '../../src/transport.ts'
import { loadTransport } from '../../src/transports/index.ts'
import { type HoldSetup, weigh } from './weight.ts'

process.on('disconnect', () => process.exit(0))
const [transport = '', text = ''] = process.argv.slice(2)
const setup: HoldSetup = JSON.parse(text)
const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 }
const dialer = (await loadTransport(transport)).dial(setup.address, options)
const tally = { replies: 0 }
const channels: Channel[] = []

const weight = await weigh(async (connections) => {
  const opening = Array.from({ length: connections }, (_, at) => {
    const receiver = {
      message() {
        tally.replies++
      },
      closed() {
        throw new Error('a connection was lost')
      },
    }
    return dialer.connect(receiver, { channel: String(channels.length + at) })
  })
  channels.push(...(await Promise.all(opening)))
}, setup)
process.send?.(weight, () => process.exit(0))
