import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Options, Transport } from '../../src/transport.ts'
import { along, DIRECTIONS, eventually, Inbox, needsDirection, needsPush, OPTIONS, rig } from './rig.ts'

const EVERY_MS = 100
const BEATING: Options = { ...OPTIONS, heartbeat: { everyMs: EVERY_MS, missed: 3 } }
/** Long enough for a silent peer to be declared dead, where anybody looks. */
const MANY_BEATS_MS = 10 * EVERY_MS

/** Whether and how a side finds out that its peer fell silent, with its sockets open. */
export function heartbeat(transport: Transport): void {
  const { name, traits } = transport
  const clientFinds = traits.heartbeat !== 'none'
  const serverFinds = traits.heartbeat === 'both'

  describe('heartbeats', { concurrency: true }, () => {
    it(`a server process that stands still is ${clientFinds ? 'found by its client' : 'not found'}`, async (t) => {
      const server = start(t, name)
      const dialer = transport.dial(await told(server), BEATING)
      t.after(() => dialer.close())
      const inbox = new Inbox()
      await dialer.connect(inbox, {})
      await isFoundOrNot(server, inbox, clientFinds)
    })

    it(`a client process that stands still is ${serverFinds ? 'found by its server' : 'not found'}`, async (t) => {
      const inbox = new Inbox()
      const listener = await transport.listen(BEATING, () => inbox)
      t.after(() => listener.close())
      const client = start(t, name, listener.address)
      await told(client)
      await isFoundOrNot(client, inbox, serverFinds)
    })

    it('are heard where they are answered, cost the same bytes at both ends, and cut nobody who is idle', async (t) => {
      const { connect, dialer, listener } = await rig(t, transport, BEATING)
      const pairs = [await connect(), await connect(), await connect()]
      const opened = dialer.wire()
      await sleep(MANY_BEATS_MS)
      for (const { client, server } of pairs) {
        if (clientFinds) await client.inbox.until('a sign of life', () => client.inbox.heards > 1)
        if (serverFinds) await server.inbox.until('a sign of life', () => server.inbox.heards > 1)
        if (!clientFinds) assert.equal(client.inbox.heards, 0)
        if (!serverFinds) assert.equal(server.inbox.heards, 0)
        assert.deepEqual([...client.inbox.closings, ...server.inbox.closings], [])
      }
      const { up, down } = dialer.wire()
      assert.equal(down > opened.down, clientFinds)
      assert.equal(up > opened.up, serverFinds)
      await eventually('both ends count the same', () => {
        const [one, other] = [dialer.wire(), listener.wire()]
        return one.up === other.up && one.down === other.down
      })
    })

    it('are not sent where nobody asked for them', async (t) => {
      const { connect, dialer } = await rig(t, transport)
      const { client, server } = await connect()
      await sleep(EVERY_MS)
      const opened = dialer.wire()
      await sleep(MANY_BEATS_MS)
      assert.deepEqual(dialer.wire(), opened)
      assert.deepEqual([client.inbox.heards, server.inbox.heards], [0, 0])
    })

    it('cut nobody whose reading is paused', async (t) => {
      const { connect } = await rig(t, transport, BEATING)
      const pairs = { client: await connect(), server: await connect(), both: await connect() }
      pairs.client.client.channel.pause()
      pairs.server.server.channel.pause()
      pairs.both.client.channel.pause()
      pairs.both.server.channel.pause()
      await sleep(MANY_BEATS_MS)
      for (const { client, server } of Object.values(pairs)) {
        client.channel.resume()
        server.channel.resume()
        client.channel.send(Buffer.from('still there'))
        await server.inbox.received(1)
        assert.deepEqual([...client.inbox.closings, ...server.inbox.closings], [])
      }
    })

    for (const direction of DIRECTIONS) {
      it(
        `cut nobody who is behind with messages that go ${direction}`,
        needsDirection(transport, direction),
        async (t) => {
          const { connect } = await rig(t, transport, BEATING)
          const { from, to } = along(direction, await connect())
          const block = Buffer.alloc(1024 * 1024, 'block ')
          to.channel.pause()
          for (let blocks = 0; blocks < 16; blocks++) from.channel.send(block)
          await sleep(MANY_BEATS_MS)
          to.channel.resume()
          await to.inbox.received(16)
          assert.deepEqual([...from.inbox.closings, ...to.inbox.closings], [])
        },
      )
    }

    it('end with the channel', needsPush(transport), async (t) => {
      const { connect } = await rig(t, transport, BEATING)
      const { client, server } = await connect()
      client.channel.close()
      assert.deepEqual(await client.inbox.hasClosed(), { by: 'self' })
      assert.deepEqual(await server.inbox.hasClosed(), { by: 'peer' })
      const heards = [client.inbox.heards, server.inbox.heards]
      await sleep(2 * EVERY_MS)
      assert.deepEqual([client.inbox.heards, server.inbox.heards], heards)
    })
  })
}

async function isFoundOrNot(peer: ChildProcess, inbox: Inbox, isFound: boolean): Promise<void> {
  if (isFound) await inbox.until('a sign of life', () => inbox.heards > 0)
  assert.deepEqual(inbox.closings, [], 'closed while the peer was alive')
  peer.kill('SIGSTOP')
  if (isFound) {
    const { by, error } = await inbox.hasClosed()
    assert.equal(by, 'heartbeat')
    assert.match(String(error), /the peer is silent: 3 heartbeats missed/)
  } else {
    // Finding it after all would be a reason to change the trait.
    await sleep(MANY_BEATS_MS)
    assert.deepEqual(inbox.closings, [])
  }
}

function start(t: TestContext, name: string, ...address: string[]): ChildProcess {
  const peer = fork(new URL('../frozen-peer.js', import.meta.url), [name, JSON.stringify(BEATING), ...address])
  t.after(() => peer.kill('SIGKILL'))
  return peer
}

/** What the process says when it is ready. */
function told(peer: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    peer.once('message', (message) => resolve(String(message)))
    peer.once('exit', (code) => reject(new Error(`the process ended early with code ${code}`)))
  })
}
