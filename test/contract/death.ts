import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import { Inbox, OPTIONS, quiet } from './rig.ts'

/** What a client sees of a server process that dies amid a stream. */
export function death(transport: Transport): void {
  describe('a server process that is killed', () => {
    const { name, traits } = transport

    it(`is ${traits.seesPeerClose ? 'seen at once' : 'seen with the next message (no seesPeerClose)'}`, async (t) => {
      const server = fork(new URL('../dying-server.js', import.meta.url), [name], { stdio: 'inherit' })
      t.after(() => server.kill('SIGKILL'))
      const dialer = transport.dial(await addressOf(server), OPTIONS)
      t.after(() => dialer.close())
      const inbox = new Inbox()
      const channel = await dialer.connect(inbox, {})
      if (traits.push) await inbox.received(10)

      const died = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await died
      if (!traits.seesPeerClose) {
        await quiet()
        assert.deepEqual(inbox.closings, [], 'it sees it after all: set the trait')
        channel.send(Buffer.from('still there?'))
      }
      const { by, error } = await inbox.hasClosed()
      assert.equal(by, 'peer')
      assert.ok(error instanceof Error)
    })
  })
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('message', (address) => resolve(String(address)))
    server.once('exit', (code) => reject(new Error(`the server process ended early with code ${code}`)))
  })
}
