/** One message at a time over each WebSocket, with the `ws` package. */
import WebSocket from 'ws'
import type { Samples, Setup } from './samples.ts'

export function connect({ address, connections, payloadBytes }: Setup, samples: Samples) {
  const message = 'i'.repeat(payloadBytes)

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const webSocket = new WebSocket(`ws://${address}`, { perMessageDeflate: false })
      let sentMs = 0
      const send = () => {
        sentMs = performance.now()
        webSocket.send(message)
      }
      webSocket.once('error', reject)
      webSocket.on('message', () => {
        samples.add(sentMs, performance.now())
        send()
      })
      webSocket.once('open', () => resolve(send))
    })
  return Promise.all(Array.from({ length: connections }, open))
}
