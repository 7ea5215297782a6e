import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { it } from 'node:test'
import { listenOnLoopback, parseAddress } from './loopback.ts'
import { wireMeter } from './wire.ts'

it('counts sockets that were open, are open, and are forgotten', async (t) => {
  const meter = wireMeter()
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => socket.write(Buffer.alloc(2 * chunk.length)))
  })
  const address = parseAddress(await listenOnLoopback(server))
  t.after(() => server.close())
  const talk = async () => {
    const socket = net.connect(address)
    meter.add(socket)
    socket.write(Buffer.alloc(100))
    for (let bytes = 0; bytes < 200; ) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      bytes += chunk.length
    }
    return socket
  }
  const open = [await talk(), await talk()]
  for (let count = 1; count <= 600; count++) {
    const socket = await talk()
    socket.destroy()
    await once(socket, 'close')
    if (count % 100 === 0) assert.deepEqual(meter.read('client'), { up: 100 * (count + 2), down: 200 * (count + 2) })
  }
  assert.deepEqual(meter.read('server'), { up: 200 * 602, down: 100 * 602 })
  await meter.destroyAll()
  assert.ok(open.every((socket) => socket.closed))
  assert.deepEqual(meter.read('client'), { up: 100 * 602, down: 200 * 602 })
})
