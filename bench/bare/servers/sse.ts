/** `node:http`: an event stream a member, and messages that come as POSTs of frames. */
import http, { type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Serve } from './main.ts'

const HEAD_BYTES = 4

export const serve: Serve = (listening) => {
  const members = new Set<ServerResponse>()
  const publish = (message: string) => {
    for (const member of members) member.write(`data: ${message}\n\n`)
  }
  const server = http.createServer({ noDelay: true, requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(':\n\n')
      if (request.url?.includes('room')) members.add(response)
      response.on('close', () => members.delete(response))
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      for (let at = 0; at < body.length; ) {
        const end = at + HEAD_BYTES + body.readUInt32BE(at)
        publish(body.toString('utf8', at + HEAD_BYTES, end))
        at = end
      }
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1', () => listening(server.address() as AddressInfo))
}
