/** `@grpc/grpc-js`, with the quickest codec there is for a message of one field: the library encodes for every member. */
import type { AddressInfo } from 'node:net'
import * as grpc from '@grpc/grpc-js'
import type { Serve } from './main.ts'

/** Field 1 of `proto/rtbench.proto`: bytes, of which there are fewer than 128. */
const PAYLOAD_TAG = 0x0a
const HEAD_BYTES = 2

function encode(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length)
  frame[0] = PAYLOAD_TAG
  frame[1] = message.length
  message.copy(frame, HEAD_BYTES)
  return frame
}

export const serve: Serve = (listening) => {
  const members = new Set<grpc.ServerDuplexStream<Buffer, Buffer>>()
  const server = new grpc.Server()
  const exchange = (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
    call.sendMetadata(new grpc.Metadata())
    if (String(call.metadata.get('rtbench-hello')[0]).includes('room')) members.add(call)
    call.on('cancelled', () => members.delete(call))
    call.on('end', () => call.end())
    call.on('error', () => {})
    call.on('data', (message: Buffer) => {
      for (const member of members) member.write(message)
    })
  }
  const codec = {
    path: '/rtbench.v1.Transport/Exchange',
    requestStream: true,
    responseStream: true,
    requestSerialize: encode,
    requestDeserialize: (frame: Buffer) => frame.subarray(HEAD_BYTES),
    responseSerialize: encode,
    responseDeserialize: (frame: Buffer) => frame.subarray(HEAD_BYTES),
  }
  server.addService({ exchange: codec }, { exchange })
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error
    listening({ port, address: '127.0.0.1', family: 'IPv4' } satisfies AddressInfo)
  })
}
