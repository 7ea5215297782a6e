/**
 * One end of a channel in a process that a test may stop: `frozen-peer.js <transport> <options as JSON> [address]`. Without an
 * address it listens and tells its parent where; with one it connects there and tells when it is done.
 */
import type { Receiver } from '../src/transport.ts'
import { loadTransport } from '../src/transports/index.ts'

const [name = '', options = '', address] = process.argv.slice(2)
const transport = await loadTransport(name)
const deaf: Receiver = { message() {}, closed() {} }

process.once('disconnect', () => process.exit())
if (address === undefined) {
  const listener = await transport.listen(JSON.parse(options), () => deaf)
  process.send?.(listener.address)
} else {
  await transport.dial(address, JSON.parse(options)).connect(deaf, {})
  process.send?.('connected')
}
