import assert from 'node:assert/strict'
import net from 'node:net'
import { it, type TestContext } from 'node:test'
import { listenOnLoopback } from '../sockets/loopback.ts'
import type { Closed, Options } from '../transport.ts'
import { tcp } from './tcp.ts'

const OPTIONS: Options = { kind: 'text', answers: 'each', highWaterBytes: 65_536 }

/** A server, and a plain socket that has sent it some bytes. */
async function rawClient(t: TestContext, ...hex: string[]) {
  let accepted = 0
  let tellClosed: (why: Closed) => void
  const closed = new Promise<Closed>((resolve) => {
    tellClosed = resolve
  })
  const listener = await tcp.listen(OPTIONS, () => {
    accepted++
    return { message: () => {}, closed: (why) => tellClosed(why) }
  })
  const port = Number(listener.address.split(':')[1])
  const socket = net.connect({ host: '127.0.0.1', port }, () => socket.write(Buffer.from(hex.join(''), 'hex')))
  t.after(async () => {
    socket.destroy()
    await listener.close()
  })
  socket.on('error', () => {})
  const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  return { closed, cut, accepted: () => accepted }
}

const HELLO = `0000000c${Buffer.from('{"hello":{}}').toString('hex')}`

it('cuts a channel whose frame is above 64 MiB', async (t) => {
  const { closed } = await rawClient(t, HELLO, '04000001', '00')
  const { by, error } = await closed
  assert.equal(by, 'peer')
  assert.match(String(error), /67108865 bytes.*limit is 67108864/)
})

it('cuts a client whose first frame is no hello, and does not accept it', async (t) => {
  const { cut, accepted } = await rawClient(t, '00000003', '000102')
  await cut
  assert.equal(accepted(), 0)
})

it('reports a peer that goes away without a goodbye', async (t) => {
  const dead = net.createServer((socket) => {
    socket.write(Buffer.alloc(4))
    socket.end()
  })
  await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve))
  const bound = dead.address()
  assert.ok(bound && typeof bound === 'object')
  const dialer = tcp.dial(`127.0.0.1:${bound.port}`, OPTIONS)
  t.after(async () => {
    await dialer.close()
    dead.close()
  })
  const { by, error } = await new Promise<Closed>((resolve, reject) => {
    dialer.connect({ message: () => {}, closed: resolve }, {}).catch(reject)
  })
  assert.equal(by, 'peer')
  assert.match(String(error), /without a goodbye/)
})

it('rejects where its own hello comes back', async (t) => {
  const mirror = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  const address = await listenOnLoopback(mirror)
  const dialer = tcp.dial(address, OPTIONS)
  t.after(async () => {
    await dialer.close()
    mirror.close()
  })
  const connecting = dialer.connect({ message: () => {}, closed: () => assert.fail('it was never open') }, {})
  await assert.rejects(connecting, /^Error: tcp: cannot connect to .*the first frame of the server is not empty/)
})

it('delivers what the other side sent before it heard of the close', async (t) => {
  const received = { count: 0 }
  const listener = await tcp.listen(OPTIONS, (channel) => {
    for (let i = 0; i < 100; i++) channel.send(Buffer.alloc(5000))
    return { message: () => {}, closed: () => {} }
  })
  const dialer = tcp.dial(listener.address, OPTIONS)
  t.after(async () => {
    await dialer.close()
    await listener.close()
  })
  await new Promise<Closed>((resolve, reject) => {
    const message = () => {
      received.count++
    }
    dialer.connect({ message, closed: resolve }, {}).then((channel) => channel.close(), reject)
  })
  assert.equal(received.count, 100)
})
