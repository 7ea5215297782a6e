import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { listenOnLoopback } from '../sockets/loopback.ts'
import type { Closed, Options, Receiver, ServerChannel } from '../transport.ts'
import { sse } from './sse.ts'

const OPTIONS = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 } as const
const STREAM = { 'content-type': 'text/event-stream' }

/** Somebody else's server. */
async function foreign(t: TestContext, handler: RequestListener) {
  const server = http.createServer(handler)
  const address = await listenOnLoopback(server)
  const dialer = sse.dial(address, OPTIONS)
  t.after(async () => {
    await dialer.close()
    server.closeAllConnections()
    server.close()
  })
  return dialer
}

function listening(): { receiver: Receiver; messages: string[]; closed: Promise<Closed> } {
  const messages: string[] = []
  let receiver: Receiver | undefined
  const closed = new Promise<Closed>((resolve) => {
    receiver = { message: (bytes) => messages.push(Buffer.from(bytes).toString()), closed: resolve }
  })
  if (!receiver) throw new Error('a promise runs its function at once')
  return { receiver, messages, closed }
}

describe('an sse client', () => {
  it('rejects with the status of a server that has no channels', async (t) => {
    const dialer = await foreign(t, (_, response) => response.writeHead(503).end('busy'))
    await assert.rejects(dialer.connect(listening().receiver, {}), /^Error: sse: cannot connect to .*: .*status 503/)
  })

  it('closes in order when the server just ends the stream', async (t) => {
    const dialer = await foreign(t, (_, response) => response.writeHead(200, STREAM).end('data: one\n\ndata: two\n\n'))
    const { receiver, messages, closed } = listening()
    await dialer.connect(receiver, {})
    assert.deepEqual(await closed, { by: 'peer' })
    assert.deepEqual(messages, ['one', 'two'])
  })

  it('fails when the stream breaks off', async (t) => {
    const dialer = await foreign(t, (_, response) => {
      response.writeHead(200, STREAM).write('data: one\n\n')
      setImmediate(() => response.destroy())
    })
    const { receiver, closed } = listening()
    await dialer.connect(receiver, {})
    const { by, error } = await closed
    assert.equal(by, 'peer')
    assert.match(String(error), /sse: /)
  })

  it('fails when the server does not know the channel of a POST', async (t) => {
    const dialer = await foreign(t, (request, response) => {
      if (request.method === 'GET') response.writeHead(200, STREAM).write(':\n\n')
      else response.writeHead(404).end()
    })
    const { receiver, closed } = listening()
    const channel = await dialer.connect(receiver, {})
    channel.send(Buffer.from('for nobody'))
    const { error } = await closed
    assert.match(String(error), /status 404/)
    assert.equal(channel.queuedBytes(), 0)
  })
})

describe('an sse server', () => {
  async function served(t: TestContext, changed: Partial<Options> = {}) {
    const { receiver, messages, closed } = listening()
    const accepted: ServerChannel<unknown>[] = []
    const listener = await sse.listen({ ...OPTIONS, ...changed }, (channel) => {
      accepted.push(channel)
      return receiver
    })
    t.after(() => listener.close())
    const request = async (method: string, path: string, body?: Buffer, headers?: http.OutgoingHttpHeaders) => {
      const { hostname, port } = new URL(`http://${listener.address}`)
      const outgoing = http.request({ hostname, port, method, path, agent: false, ...(headers && { headers }) })
      outgoing.on('error', () => {})
      outgoing.end(body)
      const [response] = (await once(outgoing, 'response')) as [http.IncomingMessage]
      response.on('error', () => {})
      return response
    }
    return { address: listener.address, request, accepted, messages, closed }
  }

  it('refuses what it does not know', async (t) => {
    const { request, accepted } = await served(t)
    const statusOf = async (method: string, path: string) => (await request(method, path)).statusCode
    assert.equal(await statusOf('GET', '/'), 404)
    assert.equal(await statusOf('POST', '/channels/unknown'), 404)
    assert.equal(await statusOf('DELETE', '/channels/unknown'), 404)
    assert.equal(await statusOf('GET', '/channels/a?hello=%7B'), 400)
    assert.equal(accepted.length, 0)
    assert.equal(await statusOf('GET', '/channels/a'), 200)
    assert.equal(await statusOf('GET', '/channels/a'), 409)
    assert.equal(await statusOf('PUT', '/channels/a'), 405)
    assert.equal(accepted.length, 1)
  })

  /** What the stream has said when it says `end`, or ends. */
  const saidUntil = async (stream: http.IncomingMessage, end: string) => {
    let text = ''
    for await (const part of stream.setEncoding('utf8')) {
      text += part
      if (text.endsWith(end)) break
    }
    return text
  }

  it('says once how long to wait, and the id of each event, which the client says when it comes back', {
    timeout: 30_000,
  }, async (t) => {
    const { address, request, accepted } = await served(t, { retryMs: 2500 })
    const stream = await request('GET', '/channels/a')
    accepted[0]?.send(Buffer.from('one'), 'id 1')
    accepted[0]?.send(Buffer.from('two'), 'é2')
    accepted[0]?.send(Buffer.from('three'))
    assert.equal(
      await saidUntil(stream, 'three\n\n'),
      'retry: 2500\n\nid: id 1\ndata: one\n\nid: é2\ndata: two\n\ndata: three\n\n',
    )
    const dialer = sse.dial(address, OPTIONS)
    t.after(() => dialer.close())
    const { retryMs } = await dialer.connect(listening().receiver, {}, 'é2')
    assert.equal(retryMs, 2500)
    assert.equal(accepted[1]?.lastEventId, 'é2')
    // As a browser says it: UTF-8 in the header.
    await request('GET', '/channels/b', undefined, { 'last-event-id': Buffer.from('é3').toString('latin1') })
    assert.equal(accepted[2]?.lastEventId, 'é3')
  })

  it('beats by comments', { timeout: 30_000 }, async (t) => {
    const { request } = await served(t, { heartbeat: { everyMs: 20, missed: 1 } })
    const stream = await request('GET', '/channels/a')
    assert.equal(await saidUntil(stream, ':\n\n'.repeat(4)), ':\n\n'.repeat(4))
  })

  it('cuts a channel whose POST ends within a message', async (t) => {
    const { request, messages, closed } = await served(t)
    await request('GET', '/channels/a')
    await request('POST', '/channels/a', Buffer.from([0, 0, 0, 1, 0x78, 0, 0, 0, 9, 0x79])).catch(() => {})
    assert.match(String((await closed).error), /ended within a message/)
    assert.deepEqual(messages, ['x'])
  })

  it('sees that the client of an idle stream is gone', async (t) => {
    const { request, closed } = await served(t)
    const stream = await request('GET', '/channels/a')
    stream.destroy()
    const { by, error } = await closed
    assert.equal(by, 'peer')
    assert.match(String(error), /without a goodbye/)
  })
})
