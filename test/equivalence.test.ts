/** The equivalence check over every transport, in the mode that its traits ask for. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkEquivalence, returnAll } from '../src/runner/equivalence.ts'
import type { Options, Receiver, ServerChannel, Transport } from '../src/transport.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import { settings } from './outcome-fixture.ts'

const kinds = ['text', 'binary'] as const
const asked = ['each', 'none'] as const

/** @param server the one whose answers are checked */
async function check(
  transport: Transport,
  options: Options,
  server: (channel: ServerChannel<unknown>) => Receiver = (channel) => returnAll(channel, transport.traits),
): Promise<void> {
  const listener = await transport.listen(options, server)
  const dialer = transport.dial(listener.address, options)
  try {
    const payload = { sizeBytes: 100_000, kind: options.kind }
    await checkEquivalence(dialer, { ...settings, payload }, transport.traits)
  } finally {
    await dialer.close()
    await listener.close()
  }
}

for (const name of transportNames) {
  const transport = await loadTransport(name)
  describe(`equivalence over ${name}`, () => {
    for (const kind of kinds) {
      for (const answers of asked) {
        const options: Options = { kind, answers, highWaterBytes: 64 * 1024 }
        it(`passes, ${kind}, of a workload that wants ${answers} answered`, () => check(transport, options))
      }
    }

    it('a server that changes one byte is refused', async () => {
      const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 }
      const spoiling = (channel: ServerChannel<unknown>): Receiver => {
        const honest = returnAll(channel, transport.traits)
        let count = 0
        const message = (bytes: Uint8Array) => honest.message(count++ === 5 ? Buffer.from('trailinG\n') : bytes)
        return { ...honest, message }
      }
      await assert.rejects(check(transport, options, spoiling), {
        name: 'NotEquivalent',
        message: /message 5 (came back|arrived) changed \(.*9 bytes\)/,
      })
    })
  })
}
