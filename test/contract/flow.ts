import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import { along, assertArrived, DIRECTIONS, eventually, needsDirection, OPTIONS, type RigOptions, rig } from './rig.ts'

const FLOOD = 1000
const MESSAGE_BYTES = 4096
/** No kernel buffers so much on loopback: who still takes more has no back-pressure. */
const UNBOUNDED_BYTES = 256 * 1024 * 1024

/** Where each message is answered it counts until then; without answers, until it was read. */
const ONE_WAY: RigOptions = { answers: 'none' }

/** What happens to messages that the other side does not read yet. */
export function flow(transport: Transport): void {
  for (const direction of DIRECTIONS) {
    describe(`flow ${direction}`, needsDirection(transport, direction), () => {
      it('takes 1,000 messages of 4 KiB without a pause for a reader that paused', async (t) => {
        const { connect } = await rig(t, transport, ONE_WAY)
        const { from, to } = along(direction, await connect())
        to.channel.pause()
        const sent = Array.from({ length: FLOOD }, (_, i) => Buffer.alloc(MESSAGE_BYTES, `${i},`))
        const answers = sent.map((message) => ({ hasRoom: from.channel.send(message), full: from.channel.full }))

        const roomFor = OPTIONS.highWaterBytes / MESSAGE_BYTES
        assert.deepEqual(answers.slice(0, roomFor - 1), Array(roomFor - 1).fill({ hasRoom: true, full: false }))
        assert.deepEqual(answers.slice(roomFor - 1), Array(FLOOD - roomFor + 1).fill({ hasRoom: false, full: true }))
        assert.equal(from.channel.queuedBytes(), FLOOD * MESSAGE_BYTES)

        to.channel.resume()
        const got = await to.inbox.received(FLOOD)
        await from.inbox.until('drain', () => from.inbox.drains > 0)
        await eventually('nothing is queued', () => from.channel.queuedBytes() === 0)
        assert.equal(from.channel.full, false)
        assert.equal(from.inbox.drains, 1, 'one drain for one time of being full')
        assertArrived(transport, got, sent)
      })

      it('feels that the reader paused, and recovers', async (t) => {
        const { connect } = await rig(t, transport, ONE_WAY)
        const { from, to } = along(direction, await connect())
        const block = Buffer.alloc(OPTIONS.highWaterBytes, 'block ')
        to.channel.pause()
        let blocks = 0
        do {
          assert.ok(blocks * block.length < UNBOUNDED_BYTES, 'a paused reader never made the sender full')
          from.channel.send(block)
          blocks++
        } while (await drainsWithin(from, 300))
        assert.equal(from.channel.full, true)
        assert.ok(from.channel.queuedBytes() >= OPTIONS.highWaterBytes)

        const { drains } = from.inbox
        to.channel.resume()
        const got = await to.inbox.received(blocks)
        assert.ok(got.every((message) => message.equals(block)))
        await from.inbox.until('drain', () => from.inbox.drains > drains)
        await eventually('nothing is queued', () => from.channel.queuedBytes() === 0)
      })

      it('reports no drain where nothing was full', async (t) => {
        const { connect } = await rig(t, transport, ONE_WAY)
        const { from, to } = along(direction, await connect())
        for (let i = 0; i < 20; i++) {
          assert.equal(from.channel.send(Buffer.from('small')), true)
          await to.inbox.received(i + 1)
        }
        assert.equal(from.inbox.drains, 0)
      })
    })
  }
}

/** Too short a wait on a slow machine only ends the loop early, with the same state to assert. */
async function drainsWithin(side: { channel: { full: boolean } }, limitMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + limitMs
  while (side.channel.full) {
    if (Date.now() > deadlineMs) return false
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return true
}
