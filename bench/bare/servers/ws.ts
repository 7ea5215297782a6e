/** The `ws` package as its documentation shows a broadcast. */
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Serve } from './main.ts'

export const serve: Serve = (listening) => {
  const members = new Set<WebSocket>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('listening', () => listening(server.address() as AddressInfo))
  server.on('connection', (webSocket, request) => {
    if (request.url?.includes('room=')) members.add(webSocket)
    webSocket.on('close', () => members.delete(webSocket))
    webSocket.on('error', () => {})
    webSocket.on('message', (message, isBinary) => {
      for (const member of members) member.send(message, { binary: isBinary })
    })
  })
}
