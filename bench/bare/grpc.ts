/**
 * `@grpc/grpc-js` with a message that was encoded once and replies that are not decoded. The library writes every message by
 * itself: there is nothing to coalesce.
 */
import * as grpc from '@grpc/grpc-js'
import type { Connect } from './loop.ts'

const METHOD = '/rtbench.v1.Transport/Exchange'
/** Field 1 of `proto/rtbench.proto`: bytes. */
const PAYLOAD_TAG = 0x0a

export const connect: Connect = ({ address, connections, inFlight, payloadBytes }, tally) => {
  if (payloadBytes > 127) throw new RangeError('the length has to fit into one byte')
  const frame = Buffer.concat([Buffer.from([PAYLOAD_TAG, payloadBytes]), Buffer.alloc(payloadBytes, 'x')])
  const identity = (bytes: Buffer) => bytes

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
      })
      const call = client.makeBidiStreamRequest(METHOD, identity, identity)
      call.on('error', reject)
      call.on('data', () => {
        tally.replies++
        call.write(frame)
      })
      call.once('metadata', () =>
        resolve(() => {
          for (let sent = 0; sent < inFlight; sent++) call.write(frame)
        }),
      )
    })
  return Promise.all(Array.from({ length: connections }, open))
}
