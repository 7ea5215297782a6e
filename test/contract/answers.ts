import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import { numbered } from './delivery.ts'
import { answering, ask, assertArrived, eventually, quiet, rig } from './rig.ts'

/** How a client hears back: what the traits `push` and `answers` say, and that no more is possible. */
export function answers(transport: Transport): void {
  const { push, answers } = transport.traits

  describe(`answers: ${answers}${push ? '' : ', no push'}`, () => {
    it(`answers ${answers === 'end' ? 'once, at the end' : 'each message, from within message()'}`, async (t) => {
      const { connect } = await rig(t, transport, { onAccept: answering(transport, (message) => message) })
      const { client, server } = await connect()
      const sent = numbered(100)
      for (const message of sent.slice(0, -1)) client.channel.send(message)
      ask(transport, client.channel, Buffer.from('message 99'))
      if (answers === 'end') {
        await Promise.all([client.inbox.hasClosed(), server.inbox.hasClosed()])
        assert.deepEqual(client.inbox.messages.map(String), ['message 99'])
      } else {
        assertArrived(transport, await client.inbox.received(100), sent)
      }
    })

    if (answers === 'any') {
      it('answers a message as often as it likes', async (t) => {
        const { connect } = await rig(t, transport, {
          onAccept: (channel, inbox) => {
            inbox.onMessage = () => {
              for (const message of numbered(3)) channel.send(message)
            }
          },
        })
        const { client } = await connect()
        client.channel.send(Buffer.from('tell me more'))
        assertArrived(transport, await client.inbox.received(3), numbered(3))
      })
    } else {
      it('drops a second answer', async (t) => {
        const { connect } = await rig(t, transport, {
          onAccept: (channel, inbox) => {
            const answer = () => {
              channel.send(Buffer.from('first'))
              channel.send(Buffer.from('second'))
            }
            inbox.onMessage = answer
            inbox.onEnd = answer
          },
        })
        const { client } = await connect()
        client.channel.send(Buffer.from('one'))
        ask(transport, client.channel, Buffer.from('two'))
        const expected = answers === 'end' ? ['first'] : ['first', 'first']
        await client.inbox.received(expected.length)
        await quiet()
        assert.deepEqual(client.inbox.messages.map(String), expected, 'it can do more: set the trait')
      })
    }

    if (!push) {
      it('drops what was not asked for', async (t) => {
        const { connect } = await rig(t, transport, { onAccept: (channel) => channel.send(Buffer.from('unasked')) })
        const { client, server } = await connect()
        assert.equal(server.channel.send(Buffer.from('unasked')), false)
        assert.equal(server.channel.queuedBytes(), 0)
        await quiet()
        assert.deepEqual(client.inbox.messages, [], 'it can push after all: set the trait')

        const answer = () => server.channel.send(Buffer.from('the answer'))
        server.inbox.onMessage = answer
        server.inbox.onEnd = answer
        ask(transport, client.channel, Buffer.from('a question'))
        await client.inbox.received(1)
        await quiet()
        assert.deepEqual(client.inbox.messages.map(String), ['the answer'])
      })

      it('holds the answers back from a client that paused', async (t) => {
        const { connect } = await rig(t, transport, { onAccept: answering(transport, (message) => message) })
        const { client } = await connect()
        client.channel.pause()
        ask(transport, client.channel, Buffer.from('later'))
        await quiet()
        assert.deepEqual(client.inbox.messages, [])
        client.channel.resume()
        assert.deepEqual((await client.inbox.received(1)).map(String), ['later'])
      })
    }

    it('none, where the workload wants none: what was sent is done with, and nothing comes back', async (t) => {
      const { connect } = await rig(t, transport, { answers: 'none' })
      const { client, server } = await connect()
      for (const message of numbered(100)) client.channel.send(message)
      assertArrived(transport, await server.inbox.received(100), numbered(100))
      await eventually('nothing is queued', () => client.channel.queuedBytes() === 0)
      assert.deepEqual(client.inbox.messages, [])
    })
  })
}
