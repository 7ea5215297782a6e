import assert from 'node:assert/strict'
import test from 'node:test'
import { type Mischief, memoryTransport } from '../../test/memory-transport.ts'
import { settings } from '../../test/outcome-fixture.ts'
import type { PayloadKind } from '../message.ts'
import type { Settings } from '../scenario.ts'
import type { Channel, Options, Receiver, ServerChannel, Traits } from '../transport.ts'
import { checkEquivalence, isEquivalenceCheck, knownMessages, NotEquivalent, returnAll } from './equivalence.ts'

const kinds: readonly PayloadKind[] = ['text', 'json', 'binary']

const settingsFor = (kind: PayloadKind): Settings => ({ ...settings, payload: { sizeBytes: 200, kind } })

type Mode = Pick<Traits, 'answers' | 'ordered'>
const streaming: Mode = { answers: 'any', ordered: true }
const oneByOne: Mode = { answers: 'each', ordered: false }
const uploading: Mode = { answers: 'end', ordered: true }

/** Checks a transport in memory that does `mischief`, against a server that returns everything. */
async function check(kind: PayloadKind, mischief?: Mischief, timeoutMs?: number, mode = streaming): Promise<void> {
  const transport = memoryTransport(mischief)
  const options: Options = { kind: kind === 'binary' ? 'binary' : 'text', answers: 'each', highWaterBytes: 65536 }
  const hellos: boolean[] = []
  const listener = await transport.listen(options, (channel) => {
    hellos.push(isEquivalenceCheck(channel.hello))
    return returnAll(channel, mode)
  })
  try {
    await checkEquivalence(transport.dial(listener.address, options), settingsFor(kind), mode, timeoutMs)
  } finally {
    await listener.close()
    assert.deepEqual(hellos, [true], 'one channel, which says what it is for')
  }
}

for (const kind of kinds) {
  test(`${kind}: a transport that returns everything as it was sent is let through`, async () => {
    for (const mode of [streaming, oneByOne, uploading]) await check(kind, undefined, undefined, mode)
  })
}

test('known are the empty message, newlines, several bytes a character, and the scenario’s own; of binary all bytes', () => {
  for (const kind of kinds) {
    const messages = knownMessages(settingsFor(kind))
    const texts = messages.map(String)
    for (const text of ['', 'x', '\n', 'a\nb', '\nleading', 'trailing\n', 'two\n\nlines'])
      assert.ok(texts.includes(text))
    assert.ok(
      messages.some((bytes) => bytes.length > [...bytes.toString()].length),
      'several bytes a character',
    )
    assert.equal(messages.at(-1)?.length, 200)
    assert.equal(
      messages.some((bytes) => new Set(bytes).size === 256),
      kind === 'binary',
    )
  }
})

const last = (kind: PayloadKind) => knownMessages(settingsFor(kind)).length - 1

/** Does something to one message, on its way up or down. */
type Deed = (bytes: Uint8Array) => Uint8Array[]
const changed: Deed = (bytes) => [bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))]
const cut: Deed = (bytes) => [bytes.subarray(0, -1)]
const lost: Deed = () => []
const doubled: Deed = (bytes) => [bytes, bytes]

/** Which message, counted from 0, and which one the error has to name: one that is missing shows in the next. */
const deeds: ReadonlyArray<
  readonly [name: string, Deed, index: (kind: PayloadKind) => number, says: (kind: PayloadKind) => RegExp]
> = [
  ['a changed byte', changed, () => 5, () => /message 5 came back changed \(9 bytes\)/],
  [
    'a changed byte in the scenario’s own',
    changed,
    last,
    (kind) => new RegExp(`message ${last(kind)} came back changed`),
  ],
  ['a byte cut off', cut, () => 5, () => /message 5 came back changed \(8 bytes\)/],
  ['a lost message', lost, () => 3, () => /message 3 came back changed/],
  ['the empty message lost', lost, () => 0, () => /message 0 came back changed/],
  ['the last one lost', lost, last, (kind) => new RegExp(`message ${last(kind)} of ${last(kind) + 1} never came back`)],
  ['a doubled message', doubled, () => 4, () => /message 5 came back changed/],
  ['the last one doubled', doubled, last, (kind) => new RegExp(`message ${last(kind)} came back more than once`)],
]

for (const kind of kinds) {
  for (const direction of ['up', 'down'] as const) {
    for (const [name, deed, index, says] of deeds) {
      test(`${kind}: ${name}, on the way ${direction}, is refused, and told which it was`, async () => {
        const mischief: Mischief = (way, number, bytes) =>
          way === direction && number === index(kind) ? deed(bytes) : [bytes]
        // Only what never comes is waited for so long.
        const timeoutMs = deed === lost ? 100 : undefined
        await assert.rejects(check(kind, mischief, timeoutMs), (thrown) => {
          assert.ok(thrown instanceof NotEquivalent, `${thrown}`)
          assert.match(thrown.message, /^the equivalence check failed: /)
          assert.match(thrown.message, says(kind))
          return true
        })
      })
    }
  }
}

test('a transport that carries text alone is found out by binary messages', async () => {
  const asText: Mischief = (_direction, _index, bytes) => [Buffer.from(Buffer.from(bytes).toString())]
  await check('text', asText)
  await check('json', asText)
  await assert.rejects(check('binary', asText), /message 10 came back changed/)
})

test('a channel that closes before all has come back is refused with the cause', async () => {
  const transport = memoryTransport()
  const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 65536 }
  const listener = await transport.listen(options, (channel) => ({
    message: () => channel.destroy(),
    closed() {},
  }))
  await assert.rejects(checkEquivalence(transport.dial(listener.address, options), settings, streaming), {
    name: 'NotEquivalent',
    message: /the channel closed: memory: the peer went away/,
  })
  await listener.close()
})

test('that nobody listens is another failure', async () => {
  const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 65536 }
  const dialer = memoryTransport().dial('memory:1', options)
  await assert.rejects(checkEquivalence(dialer, settings, streaming), (thrown) => {
    assert.ok(thrown instanceof Error && !(thrown instanceof NotEquivalent))
    assert.match(thrown.message, /nobody listens/)
    return true
  })
})

test('where messages may overtake each other, each waits for the one before it', async () => {
  let underWay = 0
  let most = 0
  const counting: Mischief = (direction, _index, bytes) => {
    underWay += direction === 'up' ? 1 : -1
    most = Math.max(most, underWay)
    return [bytes]
  }
  await check('text', counting, undefined, oneByOne)
  assert.equal(most, 1)
})

const way =
  (direction: 'up' | 'down', index: number, deed: Deed): Mischief =>
  (to, number, bytes) =>
    to === direction && number === index ? deed(bytes) : [bytes]

/** What becomes of which message, where its answer comes one by one or at the end. */
const inOtherModes: ReadonlyArray<readonly [string, Mode, Mischief, RegExp]> = [
  ['one by one: a changed byte', oneByOne, way('up', 5, changed), /message 5 came back changed \(9 bytes\)/],
  ['one by one: a lost message', oneByOne, way('up', 3, lost), /message 3 of 11 never came back/],
  ['one by one: a lost answer', oneByOne, way('down', 0, lost), /message 0 of 11 never came back/],
  ['one by one: a doubled message', oneByOne, way('up', 4, doubled), /message 5 came back changed/],
  ['one by one: the last one doubled', oneByOne, way('down', 10, doubled), /message 10 came back more than once/],
  [
    'at the end: a changed byte',
    uploading,
    way('up', 5, changed),
    /message 5 arrived changed \(by .* digest, 9 bytes\)/,
  ],
  ['at the end: a byte cut off', uploading, way('up', 5, cut), /message 5 arrived changed \(by .* digest, 8 bytes\)/],
  ['at the end: the empty message lost', uploading, way('up', 0, lost), /message 0 arrived changed/],
  ['at the end: a lost message', uploading, way('up', 3, lost), /message 3 arrived changed/],
  ['at the end: the last one lost', uploading, way('up', 10, lost), /message 10 of 11 never arrived/],
  ['at the end: a doubled message', uploading, way('up', 4, doubled), /message 5 arrived changed/],
  ['at the end: the last one doubled', uploading, way('up', 10, doubled), /12 messages arrived where 11 were sent/],
  ['at the end: a changed answer', uploading, way('down', 0, changed), /message 10 arrived changed/],
  ['at the end: the answer lost', uploading, way('down', 0, lost), /the answer never came/],
  ['at the end: the answer doubled', uploading, way('down', 0, doubled), /the answer came back more than once/],
]

for (const [name, mode, mischief, says] of inOtherModes) {
  test(`${name} is refused`, async () => {
    await assert.rejects(check('text', mischief, /lost/.test(name) ? 100 : undefined, mode), {
      name: 'NotEquivalent',
      message: says,
    })
  })
}

/** Servers that make it easy for themselves. */
const wrongServers: ReadonlyArray<readonly [string, Mode, (channel: ServerChannel<Uint8Array>) => Receiver, RegExp]> = [
  [
    'answers with something else',
    oneByOne,
    (channel) => onMessage(() => channel.send(Buffer.from('ok'))),
    /message 0 came/,
  ],
  ['does not answer', oneByOne, () => onMessage(() => {}), /message 0 of 11 never came back/],
  ['just says that it got something', uploading, (channel) => onEnd(channel, 'ok'), /message 0 arrived changed/],
  ['says nothing at the end', uploading, (channel) => onEnd(channel, ''), /message 0 arrived changed \(/],
  [
    'closes at the end',
    uploading,
    (channel) => ({ ...onMessage(() => {}), end: () => channel.close() }),
    /channel closed/,
  ],
  ['does not wait for the end', uploading, (channel) => onMessage((bytes) => channel.send(bytes)), /message 0 arrived/],
]

const onMessage = (message: (bytes: Uint8Array) => void): Receiver => ({ message, closed() {} })
const onEnd = (channel: Channel, answer: string): Receiver => ({
  ...onMessage(() => {}),
  end: () => channel.send(Buffer.from(answer)),
})

for (const [name, mode, server, says] of wrongServers) {
  test(`${mode.answers}: a server that ${name} is refused`, async () => {
    const transport = memoryTransport()
    const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 65536 }
    const listener = await transport.listen(options, server)
    const dialer = transport.dial(listener.address, options)
    await assert.rejects(checkEquivalence(dialer, settings, mode, 100), { name: 'NotEquivalent', message: says })
    await listener.close()
  })
}
