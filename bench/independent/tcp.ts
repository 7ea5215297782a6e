/** One message at a time over each plain socket: written when the reply to the last one is whole. */
import net from 'node:net'
import type { Samples, Setup } from './samples.ts'

export function connect({ address, connections, payloadBytes }: Setup, samples: Samples) {
  const [host = '', port] = address.split(':')
  const frame = Buffer.alloc(4 + payloadBytes, 'i')
  frame.writeUInt32BE(payloadBytes, 0)

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const socket = net.connect(Number(port), host)
      socket.setNoDelay(true)
      socket.once('error', reject)
      // The hello, which an empty frame answers.
      const hello = '{"hello":{}}'
      socket.write(Buffer.concat([Buffer.from([0, 0, 0, hello.length]), Buffer.from(hello)]))
      let awaited = 4
      let sentMs = 0
      let started = false
      const send = () => {
        sentMs = performance.now()
        awaited = frame.length
        socket.write(frame)
      }
      socket.on('data', (chunk) => {
        awaited -= chunk.length
        if (awaited > 0) return
        if (started) {
          samples.add(sentMs, performance.now())
          send()
        } else {
          started = true
          resolve(send)
        }
      })
    })
  return Promise.all(Array.from({ length: connections }, open))
}
