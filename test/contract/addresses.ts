import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import { Inbox, OPTIONS, rig } from './rig.ts'

/** Every address of 127.0.0.0/8 is this machine's, but for the client's usual one no socket here has it. */
const SOURCE = '127.0.0.9'

/** Where a server listens, where a client comes from, and when it should come back. */
export function addresses(transport: Transport): void {
  describe('addresses', () => {
    it('a server listens at the port that it is given, and at once again at the one that it left', async (t) => {
      const first = await rig(t, transport)
      const port = Number(first.listener.address.split(':').at(-1))
      await first.connect()
      await first.listener.close()
      for (let again = 0; again < 2; again++) {
        const { listener, connect } = await rig(t, transport, { port })
        assert.equal(listener.address, `127.0.0.1:${port}`)
        const { client, server } = await connect()
        client.channel.send(Buffer.from('up'))
        await server.inbox.received(1)
        await listener.close()
      }
    })

    it('a port that is taken is refused with the reason', async (t) => {
      const { listener } = await rig(t, transport)
      const port = Number(listener.address.split(':').at(-1))
      const twice = transport.listen({ ...OPTIONS, port }, () => new Inbox())
      await assert.rejects(twice, { message: new RegExp(`cannot listen on 127.0.0.1:${port}: the port is taken`) })
    })

    it('the server sees the source address that the client is given', async (t) => {
      const { connect, dialer, listener } = await rig(t, transport, { localAddress: SOURCE })
      const { client, server } = await connect()
      assert.match(server.channel.peer, new RegExp(`^${SOURCE}:\\d+$`))
      client.channel.send(Buffer.from('up'))
      await server.inbox.received(1)
      assert.ok(dialer.wire().up > 0)
      assert.equal(dialer.wire().up, listener.wire().up)
    })

    it('a source address that this machine does not have is refused with the reason', async (t) => {
      // Reserved for documentation, RFC 5737.
      const { dialer } = await rig(t, transport, { localAddress: '192.0.2.1' })
      await assert.rejects(
        dialer.connect(new Inbox(), {}),
        /cannot connect to 127.0.0.1:\d+: .*EADDRNOTAVAIL.*192\.0\.2\.1/,
      )
      const dial = () => transport.dial('127.0.0.1:9', { ...OPTIONS, localAddress: 'localhost' })
      assert.throws(dial, /not a source address: "localhost"/)
    })

    it('the time to wait before coming back reaches the client, where there is a way to say so', async (t) => {
      const { connect } = await rig(t, transport, { retryMs: 1234 })
      const { client } = await connect()
      assert.ok([undefined, 1234].includes(client.channel.retryMs))
    })
  })
}
