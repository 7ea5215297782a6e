import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import {
  along,
  assertArrived,
  DIRECTIONS,
  eventually,
  Inbox,
  mayBegin,
  needsPush,
  OPTIONS,
  provoke,
  quiet,
  rig,
  ticks,
} from './rig.ts'

/** How channels open and close. */
export function lifecycle(transport: Transport): void {
  describe('connecting', () => {
    it('tells the server the hello, the last event id and the peer', async (t) => {
      const { connect } = await rig(t, transport)
      const hello = { room: 'a b&c=d/e?f#g%20+h;i,j:k"l\'m\\n', empty: '', 'odd key &=?%': 'value', user: '7' }
      const { server } = await connect(hello, 'id 7&8=9%')
      const { pair: _, ...heard } = server.channel.hello
      assert.deepEqual({ ...heard }, hello)
      assert.equal(server.channel.lastEventId, 'id 7&8=9%')
      assert.match(server.channel.peer, /^[^:]+:\d+$/)
    })

    it('has no last event id on a first visit', async (t) => {
      const { connect } = await rig(t, transport)
      const { server } = await connect()
      assert.equal(server.channel.lastEventId, undefined)
    })

    it('rejects with a readable message where nobody listens', async (t) => {
      const gone = await transport.listen(OPTIONS, () => new Inbox())
      await gone.close()
      const dialer = transport.dial(gone.address, OPTIONS)
      t.after(() => dialer.close())
      const inbox = new Inbox()
      await assert.rejects(dialer.connect(inbox, {}), (error: Error) => {
        assert.ok(error.message.includes(gone.address), error.message)
        assert.match(error.message, /refused/i)
        return true
      })
      await ticks(20)
      assert.deepEqual(inbox.closings, [])
    })

    it('rejects what the dialer closes meanwhile', async (t) => {
      const { dialer } = await rig(t, transport)
      const inbox = new Inbox()
      const rejected = assert.rejects(dialer.connect(inbox, {}), Error)
      await dialer.close()
      await rejected
      assert.deepEqual(inbox.closings, [])
    })
  })

  for (const direction of DIRECTIONS) {
    const who = direction === 'up' ? 'client' : 'server'

    describe(`closing by the ${who}`, () => {
      it('close: all that was sent arrives, then both sides are closed', async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        const length = mayBegin(transport, direction) ? 100 : 0
        const sent = Array.from({ length }, (_, i) => Buffer.alloc(5000, `${i},`))
        for (const message of sent) from.channel.send(message)
        from.channel.close()
        from.channel.close()
        from.channel.send(Buffer.from('too late'))
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        provoke(transport, direction, to)
        assert.deepEqual(await to.inbox.hasClosed(), { by: 'peer' })
        assertArrived(transport, to.inbox.messages, sent)
        assert.equal(from.channel.queuedBytes(), 0)
      })

      const meanwhile = direction === 'up' ? needsPush(transport) : {}
      it('close: what the other side sends meanwhile comes in order, as far as it comes', meanwhile, async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        const sent = Array.from({ length: 100 }, (_, i) => Buffer.alloc(5000, `${i},`))
        for (const message of sent) to.channel.send(message)
        from.channel.close()
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        assert.deepEqual(await to.inbox.hasClosed(), { by: 'peer' })
        const came = from.inbox.messages
        const asFarAsItComes = transport.traits.ordered
          ? sent.slice(0, came.length)
          : sent.filter((message) => came.some((one) => one.equals(message)))
        assertArrived(transport, came, asFarAsItComes)
      })

      it('close: works while reading is paused', async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        from.channel.pause()
        from.channel.send(Buffer.from('last'))
        from.channel.close()
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        provoke(transport, direction, to)
        assert.deepEqual(await to.inbox.hasClosed(), { by: 'peer' })
        assert.deepEqual(to.inbox.messages.map(String), mayBegin(transport, direction) ? ['last'] : [])
      })

      it('destroy: both sides are closed, and only the other one sees an error', async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        from.channel.send(Buffer.from('maybe lost'))
        from.channel.destroy()
        from.channel.destroy()
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        provoke(transport, direction, to)
        const { by, error } = await to.inbox.hasClosed()
        assert.equal(by, 'peer')
        assert.ok(error instanceof Error && error.message.length > 0)
      })

      it('destroy: with bytes unread, which resets the connection', needsPush(transport), async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        from.channel.pause()
        for (let i = 0; i < 16; i++) to.channel.send(Buffer.alloc(1024 * 1024, 'never read'))
        await ticks(20)
        from.channel.destroy()
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        const { by, error } = await to.inbox.hasClosed()
        assert.equal(by, 'peer')
        assert.ok(error instanceof Error && error.message.length > 0)
      })

      it('destroy: from within message()', meanwhile, async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        from.inbox.onMessage = () => from.channel.destroy()
        for (let i = 0; i < 10; i++) to.channel.send(Buffer.from('cut it'))
        assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
        assert.equal((await to.inbox.hasClosed()).by, 'peer')
      })

      it('a closed channel takes every call and does nothing', async (t) => {
        const { connect } = await rig(t, transport)
        const { from, to } = along(direction, await connect())
        from.channel.close()
        await from.inbox.hasClosed()
        provoke(transport, direction, to)
        await to.inbox.hasClosed()
        for (const { channel } of [from, to]) {
          channel.send(Buffer.alloc(100_000))
          channel.pause()
          channel.resume()
          channel.end()
          channel.close()
          channel.destroy()
          assert.equal(channel.queuedBytes(), 0)
          assert.equal(channel.full, false)
        }
        await ticks(20)
        await Promise.all([from.inbox.hasClosed(), to.inbox.hasClosed()])
        assert.equal(to.inbox.messages.length, 0)
      })

      if (transport.traits.halfClose) {
        it('end: closes one direction only', async (t) => {
          const { connect } = await rig(t, transport)
          const { from, to } = along(direction, await connect())
          const isHeard = mayBegin(transport, direction)
          for (let i = 0; i < 10; i++) from.channel.send(Buffer.from(`${i}`))
          from.channel.end()
          from.channel.send(Buffer.from('too late'))
          if (isHeard) await to.inbox.until('end', () => to.inbox.ends > 0)
          else await quiet()
          assert.deepEqual([from.inbox.closings, to.inbox.closings], [[], []])
          assert.equal(to.inbox.messages.length, isHeard ? 10 : 0)

          // The other direction carries messages; an only answer is the last of them.
          const answers = direction === 'up' && transport.traits.answers === 'end' ? 1 : 10
          for (let i = 0; i < answers; i++) to.channel.send(Buffer.from(`answer ${i}`))
          assert.equal((await from.inbox.received(answers)).length, answers)
          if (answers > 1) assert.deepEqual([from.inbox.closings, to.inbox.closings], [[], []])
          to.channel.close()
          assert.deepEqual(await to.inbox.hasClosed(), { by: 'self' })
          assert.deepEqual(await from.inbox.hasClosed(), { by: 'peer' })
          assert.equal(to.inbox.ends, isHeard ? 1 : 0)
          assert.deepEqual(
            to.inbox.messages,
            Array.from({ length: isHeard ? 10 : 0 }, (_, i) => Buffer.from(`${i}`)),
          )
        })
      } else {
        it('end: is the same as close (no halfClose)', async (t) => {
          const { connect } = await rig(t, transport)
          const { from, to } = along(direction, await connect())
          const sent = mayBegin(transport, direction) ? Array.from('0123456789', (digit) => Buffer.from(digit)) : []
          for (const message of sent) from.channel.send(message)
          from.channel.end()
          from.channel.send(Buffer.from('too late'))
          assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
          provoke(transport, direction, to)
          assert.deepEqual(await to.inbox.hasClosed(), { by: 'peer' })
          assert.equal(to.inbox.ends, 0)
          assertArrived(transport, to.inbox.messages, sent)
        })
      }

      if (direction === 'down' && !transport.traits.seesPeerClose) {
        for (const how of ['close', 'destroy'] as const) {
          it(`${how}: an idle client does not see it (no seesPeerClose)`, async (t) => {
            const { connect } = await rig(t, transport)
            const { client, server } = await connect()
            server.channel[how]()
            await server.inbox.hasClosed()
            await quiet()
            assert.deepEqual(client.inbox.closings, [], 'it sees it after all: set the trait')
          })
        }
      }
    })

    describe(`closing the ${who === 'client' ? 'dialer' : 'listener'}`, () => {
      it('cuts what is open, then resolves, and leaves no socket behind', async (t) => {
        const { connect, dialer, listener, accepted } = await rig(t, transport)
        const pairs = await Promise.all(Array.from({ length: 5 }, () => connect()))
        await (direction === 'up' ? dialer : listener).close()
        for (const pair of pairs) {
          const { from, to } = along(direction, pair)
          provoke(transport, direction, to)
          assert.deepEqual(await from.inbox.hasClosed(), { by: 'self' })
          assert.equal((await to.inbox.hasClosed()).by, 'peer')
        }
        await Promise.all([dialer.close(), listener.close()])
        assert.equal(accepted.length, 5)
        await eventually('no socket is left', () => openSockets().length === 0)
      })
    })
  }

  it('both ends: the channel closes when the second side ended, too', async (t) => {
    const { connect } = await rig(t, transport)
    const { client, server } = await connect()
    client.channel.send(Buffer.from('up'))
    client.channel.end()
    await server.inbox.received(1)
    server.channel.send(Buffer.from('down'))
    server.channel.end()
    await Promise.all([client.inbox.hasClosed(), server.inbox.hasClosed()])
    assert.deepEqual(
      [...client.inbox.closings, ...server.inbox.closings].map(({ error }) => error),
      [undefined, undefined],
    )
  })
}

function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => /TCP|HTTP|TLS/i.test(resource))
}
