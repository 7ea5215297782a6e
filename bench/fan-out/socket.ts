import net from 'node:net'

const READ_BYTES = 64 * 1024
/** One for all sockets: a read is consumed before the next one happens. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
const END_OF_HEAD = '\r\n\r\n'

/**
 * Sends the head of an HTTP request by hand. Resolves when the head of the answer is there; what follows it goes to `read`.
 * @param read valid only during the call
 */
export function request(address: string, head: readonly string[], read: (bytes: Buffer) => void): Promise<net.Socket> {
  const [host = '', port] = address.split(':')
  return new Promise((resolve, reject) => {
    let answer: string | undefined = ''
    const callback = (length: number) => {
      const bytes = buffer.subarray(0, length)
      if (answer === undefined) {
        read(bytes)
        return true
      }
      answer += bytes.toString('latin1')
      const end = answer.indexOf(END_OF_HEAD)
      if (end === -1) return true
      const rest = Buffer.from(answer.slice(end + END_OF_HEAD.length), 'latin1')
      answer = undefined
      resolve(socket)
      if (rest.length > 0) read(rest)
      return true
    }
    const socket = net.connect({ host, port: Number(port), noDelay: true, onread: { buffer, callback } })
    socket.once('error', reject)
    socket.write([...head, `Host: ${address}`, '', ''].join('\r\n'))
  })
}
