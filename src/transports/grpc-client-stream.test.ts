/** Uploads by a stream, against clients and servers that go by `proto/rtbench.proto` alone. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import { connect, frame, HALF_CLOSE, TIMEOUT, tooMany } from '../../test/grpc-rig.ts'
import { grpcClientStream } from './grpc-client-stream.ts'

describe('a grpc-client-stream client', TIMEOUT, () => {
  type Upload = grpcJs.ServerReadableStream<Buffer, Buffer>

  it('gets on with a server that counts and answers when the request ends', async (t) => {
    const { ear, channel } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        let messages = 0
        call.on('data', (bytes: Buffer) => {
          if (bytes[0] !== HALF_CLOSE[0]) messages++
        })
        call.on('end', () => respond(null, frame(`${messages}`)))
      },
    })
    for (const text of ['one', '', 'three']) channel.send(Buffer.from(text))
    channel.end()
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.deepEqual(ear.messages, ['3'])
  })

  it('closes in order when the server answers before the end', async (t) => {
    const { ear } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        respond(null, frame('enough'))
      },
    })
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.deepEqual(ear.messages, ['enough'])
  })

  it('fails with the status that the server gave', async (t) => {
    const { ear } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        respond(tooMany)
      },
    })
    assert.match(String((await ear.hasClosed()).error), /grpc: RESOURCE_EXHAUSTED: too many rooms/)
  })
})

it('a client rejects where the service is missing', TIMEOUT, async (t) => {
  await assert.rejects(connect(t, grpcClientStream, {}), {
    message: /^grpc-client-stream: cannot connect to .*UNIMPLEMENTED/,
  })
})
