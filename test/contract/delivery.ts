import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import {
  along,
  answering,
  ask,
  assertArrived,
  DIRECTIONS,
  type Direction,
  needsDirection,
  needsOrder,
  needsPush,
  rig,
} from './rig.ts'

const SMILE = '😀'

const TEXTS: Record<string, string> = {
  empty: '',
  'one byte': 'x',
  'one newline': '\n',
  'two newlines': '\n\n',
  'newlines around and within': '\n\na\n\n\nb\n',
  'an SSE field': 'data: x',
  'SSE fields and an end': 'id: 7\nevent: x\ndata: y\n\ndata: z\n\n',
  'an SSE comment': ': comment',
  'leading and trailing spaces': '  x  ',
  'a byte order mark': '\ufeffx',
  'a zero byte': 'a\0b',
  'multi-byte UTF-8': 'äöü ß € 漢字 😀 é',
  'long multi-byte UTF-8, split anywhere': `x${SMILE.repeat(60_000)}y${'漢'.repeat(60_000)}`,
  '125, the longest short frame': 'a'.repeat(125),
  126: 'b'.repeat(126),
  65535: 'c'.repeat(65_535),
  65536: 'd'.repeat(65_536),
  '1 MiB': 'abcdefg\n'.repeat(131_072),
}

/** What is sent arrives: whole, unchanged, once, and in order where the transport keeps the order. */
export function delivery(transport: Transport): void {
  for (const direction of DIRECTIONS) {
    describe(`delivery ${direction}`, needsDirection(transport, direction), () => oneWay(transport, direction))
  }

  describe('delivery', () => {
    it('sends within accept, in order, before all else', needsPush(transport), async (t) => {
      const { connect } = await rig(t, transport, {
        onAccept: (channel) => {
          for (const message of numbered(10)) channel.send(message)
        },
      })
      const { client, server } = await connect()
      server.channel.send(Buffer.from('later'))
      assert.deepEqual((await client.inbox.received(11)).map(String), [...numbered(10).map(String), 'later'])
    })

    it('encodes once for many channels, in order with plain sends', needsPush(transport), async (t) => {
      const { connect, listener } = await rig(t, transport)
      const pairs = [await connect(), await connect(), await connect()]
      const frames = ['', 'encoded', 'long '.repeat(20_000)].map((text) => listener.encode(Buffer.from(text)))
      for (const { server } of pairs) {
        server.channel.send(Buffer.from('first'))
        for (const frame of frames) server.channel.sendEncoded(frame)
        server.channel.send(Buffer.from('between'))
        for (const frame of frames) server.channel.sendEncoded(frame)
        server.channel.send(Buffer.from('last'))
      }
      const encoded = ['', 'encoded', 'long '.repeat(20_000)]
      for (const { client } of pairs) {
        const got = (await client.inbox.received(9)).map(String)
        assert.deepEqual(got, ['first', ...encoded, 'between', ...encoded, 'last'])
      }
    })

    it('encodes bytes that the caller overwrites', needsPush(transport), async (t) => {
      const { connect, listener } = await rig(t, transport)
      const { client, server } = await connect()
      const bytes = Buffer.from('as it was')
      const frame = listener.encode(bytes)
      bytes.fill('x')
      server.channel.sendEncoded(frame)
      assert.deepEqual((await client.inbox.received(1)).map(String), ['as it was'])
    })

    it('keeps 200 channels apart that open at once', async (t) => {
      const onAccept = answering(transport, (message, { name }) => Buffer.from(`${name} got ${message}`))
      const { connect } = await rig(t, transport, { onAccept })
      const pairs = await Promise.all(Array.from({ length: 200 }, (_, i) => connect({ name: `client ${i}` })))
      for (const [i, { client }] of pairs.entries()) ask(transport, client.channel, Buffer.from(`message ${i}`))
      for (const [i, { client }] of pairs.entries()) {
        assert.deepEqual((await client.inbox.received(1)).map(String), [`client ${i} got message ${i}`])
      }
    })

    if (!transport.traits.ordered) {
      it('lets a short message overtake a long one (not ordered)', { skip: inTurn() }, async (t) => {
        const { connect } = await rig(t, transport)
        const { client, server } = await connect()
        client.channel.send(Buffer.alloc(4 * 1024 * 1024, 'long '))
        client.channel.send(Buffer.from('short'))
        const [first] = await server.inbox.received(2)
        assert.equal(first?.length, 5, 'it keeps the order after all: set the trait')
      })
    }
  })
}

/** HTTP/2 promises no order between streams, so the trait stays; where Node happens to keep it, nothing can be seen. */
function inTurn(): string | false {
  const { node, nghttp2 } = process.versions
  return Number.parseInt(node, 10) >= 22 && `the HTTP/2 of Node ${node} (nghttp2 ${nghttp2}) sends long streams in turn`
}

function oneWay(transport: Transport, direction: Direction): void {
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`carries ${name}`, async (t) => {
      const { connect } = await rig(t, transport)
      const { from, to } = along(direction, await connect())
      const sent = [Buffer.from(text), Buffer.from('behind it')]
      for (const message of sent) from.channel.send(message)
      assertArrived(transport, await to.inbox.received(2), sent)
    })
  }

  it('carries every byte when the kind is binary', async (t) => {
    const { connect } = await rig(t, transport, { kind: 'binary' })
    const { from, to } = along(direction, await connect())
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const large = Buffer.concat(Array<Buffer>(4096).fill(all))
    for (const bytes of [all, Buffer.alloc(0), large, Buffer.from([0xff, 0xfe, 0x0d, 0x0a, 0])]) {
      const before = to.inbox.messages.length
      from.channel.send(bytes)
      const got = (await to.inbox.received(before + 1)).at(-1)
      assert.ok(got?.equals(bytes), `got ${got?.length} of ${bytes.length} bytes`)
    }
  })

  it('keeps the order of 1,000 messages', needsOrder(transport), async (t) => {
    const { connect } = await rig(t, transport)
    const { from, to } = along(direction, await connect())
    const sent = numbered(1000)
    for (const message of sent) from.channel.send(message)
    assert.deepEqual(await to.inbox.received(1000), sent)
  })

  it('carries short and long messages over many ticks', async (t) => {
    const { connect } = await rig(t, transport)
    const { from, to } = along(direction, await connect())
    const sent = numbered(60).map((number, i) => Buffer.from(`${number} ${'+'.repeat((i * 7919) % 50_000)}`))
    for (const [i, message] of sent.entries()) {
      from.channel.send(message)
      if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    assertArrived(transport, await to.inbox.received(60), sent)
  })

  it('takes a copy: the bytes may be overwritten at once', async (t) => {
    const { connect } = await rig(t, transport)
    const { from, to } = along(direction, await connect())
    const sizes = [1, 100, 10_000, 200_000]
    const bytes = Buffer.alloc(200_000)
    for (const [i, size] of sizes.entries()) {
      from.channel.send(bytes.fill(String(i)).subarray(0, size))
      bytes.fill('x')
    }
    const expected = sizes.map((size, i) => Buffer.alloc(size, String(i)))
    assertArrived(transport, await to.inbox.received(4), expected)
  })
}

export function numbered(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(`message ${i}`))
}
