import assert from 'node:assert/strict'
import net from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { Transport, WireBytes } from '../../src/transport.ts'
import { answering, ask, eventually, type Rig, rig } from './rig.ts'

/** What the proxy saw: bytes, and how many sockets the client had open at a time. */
interface Between {
  up: number
  down: number
  open: number
  mostOpen: number
}

/** The bytes that crossed the sockets, counted by both ends and by somebody in between. */
export function wire(transport: Transport): void {
  describe('wire bytes', () => {
    const { push, textOnly } = transport.traits

    it('both ends count what a proxy between them counts', async (t) => {
      const between = { up: 0, down: 0, open: 0, mostOpen: 0 }
      const message = Buffer.alloc(300_000, 'down')
      const onAccept = push ? () => {} : answering(transport, () => message)
      const bench = await rig(t, transport, { via: (address) => countingProxy(t, address, between), onAccept })
      const { client, server } = await bench.connect()
      await agree(bench, between)
      const opened = { ...between }

      for (let i = 0; i < 49; i++) client.channel.send(Buffer.alloc(1000, 'up'))
      ask(transport, client.channel, Buffer.alloc(1000, 'up'))
      await server.inbox.received(50)
      await agree(bench, between)
      assert.ok(between.up - opened.up >= 50_000)

      if (push) {
        server.channel.send(message)
        server.channel.sendEncoded(bench.listener.encode(message))
      }
      const { length } = await client.inbox.received(push ? 2 : 1)
      await agree(bench, between)
      assert.ok(between.down - opened.down >= length * 300_000)
      assert.equal(between.mostOpen, transport.traits.socketsPerChannel, 'trait socketsPerChannel')
    })

    it(`binary messages cost ${textOnly ? 'a third more on the way down (textOnly)' : 'what text costs'}`, async (t) => {
      const message = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251))
      const onAccept = answering(transport, () => message)
      const bench = await rig(t, transport, { kind: 'binary', onAccept })
      const { client } = await bench.connect()
      const opened = bench.dialer.wire().down
      ask(transport, client.channel, Buffer.from('now'))
      await client.inbox.received(1)
      const factor = (bench.dialer.wire().down - opened) / message.length
      assert.ok(textOnly ? factor > 1.3 : factor < 1.1, `${factor} times the message`)
    })

    it('counts channels that are closed', async (t) => {
      const between = { up: 0, down: 0, open: 0, mostOpen: 0 }
      const onAccept = answering(transport, () => Buffer.alloc(20_000, 'x'))
      const bench = await rig(t, transport, { via: (address) => countingProxy(t, address, between), onAccept })
      for (let i = 0; i < 3; i++) {
        const { client, server } = await bench.connect()
        ask(transport, client.channel, Buffer.alloc(10_000, 'x'))
        await Promise.all([client.inbox.received(1), server.inbox.received(1)])
        client.channel.close()
        await Promise.all([client.inbox.hasClosed(), server.inbox.hasClosed()])
      }
      await agree(bench, between)
      assert.ok(between.up >= 30_000 && between.down >= 60_000)
      await bench.dialer.close()
      await bench.listener.close()
      await agree(bench, between)
    })
  })
}

/** Bytes may still be on their way when the messages are there (acknowledgements of the protocol). */
async function agree(bench: Rig, between: WireBytes): Promise<void> {
  const counts = () => [bench.dialer.wire(), bench.listener.wire(), { up: between.up, down: between.down }]
  const same = () => counts().every(({ up, down }) => up === between.up && down === between.down)
  await eventually('the three counts agree', same).catch(() => {
    const [client, server, proxy] = counts()
    assert.deepEqual({ client, server }, { client: proxy, server: proxy })
  })
}

async function countingProxy(t: TestContext, address: string, count: Between): Promise<string> {
  const { hostname, port } = new URL(`tcp://${address}`)
  const sockets = new Set<net.Socket>()
  const proxy = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    count.mostOpen = Math.max(count.mostOpen, ++count.open)
    client.once('close', () => count.open--)
    const server = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
    for (const [from, to, way] of [[client, server, 'up'] as const, [server, client, 'down'] as const]) {
      sockets.add(from)
      from.on('data', (chunk) => {
        count[way] += chunk.length
        to.write(chunk)
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', (failed) => {
        sockets.delete(from)
        if (failed) to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const bound = proxy.address()
  if (bound === null || typeof bound === 'string') throw new Error('the proxy is not bound to a port')
  return `127.0.0.1:${bound.port}`
}
