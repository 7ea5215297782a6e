/** What transports do otherwise when a subject says so. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { Values } from '../src/parameter.ts'
import type { Transport } from '../src/transport.ts'
import { sse } from '../src/transports/sse.ts'
import { tcp } from '../src/transports/tcp.ts'
import { ws } from '../src/transports/ws.ts'
import { delivery } from './contract/delivery.ts'
import { lifecycle } from './contract/lifecycle.ts'
import { eventually, OPTIONS, rig } from './contract/rig.ts'

/** The same transport as a subject with options has it. */
function withOptions<F>(transport: Transport<F>, own: Values): Transport<F> {
  return {
    ...transport,
    listen: (options, accept) => transport.listen({ ...options, own }, accept),
    dial: (address, options) => transport.dial(address, { ...options, own }),
  }
}

const deflated = withOptions(ws, { compression: true })
const MESSAGES = 20

/** Payload there and back, and what it took on the wire. */
async function exchanged(t: TestContext, transport: Transport, message: Buffer) {
  const bench = await rig(t, transport, { kind: 'binary' })
  const { client, server } = await bench.connect()
  const before = bench.dialer.wire()
  for (let count = 0; count < MESSAGES; count++) client.channel.send(message)
  await server.inbox.received(MESSAGES)
  const frame = bench.listener.encode(message)
  for (let count = 0; count < MESSAGES; count++) server.channel.sendEncoded(frame)
  const received = await client.inbox.received(MESSAGES)
  for (const one of received) assert.ok(message.equals(one))
  const after = bench.dialer.wire()
  return { payload: MESSAGES * message.length, up: after.up - before.up, down: after.down - before.down }
}

describe('ws with compression', () => {
  delivery(deflated)
  lifecycle(deflated)

  it('takes less on the wire for what repeats, both ways, and without it takes more than the payload', async (t) => {
    const text = Buffer.from('{"symbol":"ABC","price":12.5}'.repeat(20))
    const plain = await exchanged(t, ws, text)
    const less = await exchanged(t, deflated, text)
    for (const way of ['up', 'down'] as const) {
      assert.ok(plain[way] > plain.payload)
      assert.ok(less[way] < less.payload / 4, `${way}: ${less[way]} of ${less.payload}`)
    }
  })

  it('does not make noise smaller', async (t) => {
    const noise = randomBytes(1000)
    const bench = await rig(t, deflated, { kind: 'binary' })
    const { client, server } = await bench.connect()
    const before = bench.dialer.wire()
    client.channel.send(noise)
    await server.inbox.received(1)
    assert.ok(bench.dialer.wire().up - before.up > noise.length)
  })

  it('counts what has not left yet, is full from the high water on, and has room again', async (t) => {
    const bench = await rig(t, deflated, { kind: 'binary', highWaterBytes: 5000 })
    const { client, server } = await bench.connect()
    const noise = randomBytes(2000)
    const taken = [1, 2, 3].map(() => client.channel.send(noise))
    assert.deepEqual(taken, [true, true, false])
    assert.equal(client.channel.queuedBytes(), 6000)
    assert.equal(client.channel.full, true)
    await server.inbox.received(3)
    await client.inbox.until('drain', () => client.inbox.drains > 0)
    await eventually('an empty queue', () => client.channel.queuedBytes() === 0)
    assert.equal(client.inbox.drains, 1)
    assert.equal(client.channel.full, false)
  })

  it('is refused by a server without it', async (t) => {
    const listener = await ws.listen(OPTIONS, () => ({ message() {}, closed() {} }))
    t.after(() => listener.close())
    const dialer = deflated.dial(listener.address, OPTIONS)
    t.after(() => dialer.close())
    await assert.rejects(dialer.connect({ message() {}, closed() {} }, {}), /the server does not compress/)
  })
})

const noDelayIn = (options: unknown): unknown =>
  typeof options === 'object' && options !== null && 'noDelay' in options ? options.noDelay : undefined

describe('noDelay', () => {
  for (const transport of [tcp, ws, sse] as const) {
    for (const noDelay of [true, false]) {
      it(`${transport.name} sets every socket of both ends to ${noDelay}`, async (t) => {
        const makers = [
          t.mock.method(net, 'connect'),
          t.mock.method(net, 'createServer'),
          t.mock.method(http, 'createServer'),
        ]
        const later = t.mock.method(net.Socket.prototype, 'setNoDelay')
        const bench = await rig(t, withOptions<never>(transport as unknown as Transport<never>, { noDelay }))
        const { client, server } = await bench.connect()
        client.channel.send(Buffer.from('x'))
        await server.inbox.received(1)
        const given = makers.flatMap(({ mock }) => mock.calls.map((call) => noDelayIn(call.arguments[0])))
        const set = [...given, ...later.mock.calls.map((call) => call.arguments[0])].filter((one) => one !== undefined)
        assert.ok(set.length >= 2, 'one at each end')
        assert.ok(
          set.every((one) => one === noDelay),
          set.join(),
        )
      })
    }
  }
})
