/** The `ws` package as its documentation shows it; corked while a tick sends, or not. */
import net from 'node:net'
import WebSocket from 'ws'
import type { Connect } from './loop.ts'

export const connect: Connect = ({ address, connections, inFlight, payloadBytes, coalesce }, tally) => {
  const [host = '', port] = address.split(':')
  const message = Buffer.alloc(payloadBytes, 'x')
  const text = { binary: false }

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const socket = net.connect({ host, port: Number(port), noDelay: true })
      const webSocket = new WebSocket(`ws://${address}/`, { perMessageDeflate: false, createConnection: () => socket })
      let corked = false
      const uncork = () => {
        corked = false
        socket.uncork()
      }
      webSocket.once('error', reject)
      webSocket.on('message', () => {
        tally.replies++
        if (coalesce && !corked) {
          corked = true
          socket.cork()
          process.nextTick(uncork)
        }
        webSocket.send(message, text)
      })
      webSocket.once('open', () =>
        resolve(() => {
          for (let sent = 0; sent < inFlight; sent++) webSocket.send(message, text)
        }),
      )
    })
  return Promise.all(Array.from({ length: connections }, open))
}
