import assert from 'node:assert/strict'
import test from 'node:test'
import { type Mischief, memoryTransport } from '../../test/memory-transport.ts'
import { settings } from '../../test/outcome-fixture.ts'
import type { PayloadKind } from '../message.ts'
import type { Settings } from '../scenario.ts'
import type { Options } from '../transport.ts'
import { checkEquivalence, isEquivalenceCheck, knownMessages, NotEquivalent, returnAll } from './equivalence.ts'

const kinds: readonly PayloadKind[] = ['text', 'json', 'binary']

const settingsFor = (kind: PayloadKind): Settings => ({ ...settings, payload: { sizeBytes: 200, kind } })

/** Checks a transport in memory that does `mischief`, against a server that returns everything. */
async function check(kind: PayloadKind, mischief?: Mischief, timeoutMs?: number): Promise<void> {
  const transport = memoryTransport(mischief)
  const options: Options = { kind: kind === 'binary' ? 'binary' : 'text', answers: 'each', highWaterBytes: 65536 }
  const hellos: boolean[] = []
  const listener = await transport.listen(options, (channel) => {
    hellos.push(isEquivalenceCheck(channel.hello))
    return returnAll(channel)
  })
  try {
    await checkEquivalence(transport.dial(listener.address, options), settingsFor(kind), timeoutMs)
  } finally {
    await listener.close()
    assert.deepEqual(hellos, [true], 'one channel, which says what it is for')
  }
}

for (const kind of kinds) {
  test(`${kind}: a transport that returns everything as it was sent is let through`, () => check(kind))
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
  await assert.rejects(checkEquivalence(transport.dial(listener.address, options), settings), {
    name: 'NotEquivalent',
    message: /the channel closed: memory: the peer went away/,
  })
  await listener.close()
})

test('that nobody listens is another failure', async () => {
  const options: Options = { kind: 'text', answers: 'each', highWaterBytes: 65536 }
  const dialer = memoryTransport().dial('memory:1', options)
  await assert.rejects(checkEquivalence(dialer, settings), (thrown) => {
    assert.ok(thrown instanceof Error && !(thrown instanceof NotEquivalent))
    assert.match(thrown.message, /nobody listens/)
    return true
  })
})
