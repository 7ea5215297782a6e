import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { describe, it } from 'node:test'
import type { Transport } from '../../src/transport.ts'
import { Inbox, OPTIONS, QUIET_MS } from './rig.ts'

/** What a client sees of a server process that dies amid a stream. */
export function death(transport: Transport): void {
  describe('a server process that is killed', () => {
    const { name, traits } = transport

    it(`is ${traits.seesPeerClose ? 'seen at once' : 'not seen by an idle client (no seesPeerClose)'}`, async (t) => {
      const server = fork(new URL('../dying-server.js', import.meta.url), [name], { stdio: 'inherit' })
      t.after(() => server.kill('SIGKILL'))
      const dialer = transport.dial(await addressOf(server), OPTIONS)
      t.after(() => dialer.close())
      const inbox = new Inbox()
      await dialer.connect(inbox, {})
      if (traits.push) await inbox.received(10)

      const died = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await died
      if (traits.seesPeerClose) {
        const { by, error } = await inbox.hasClosed()
        assert.equal(by, 'peer')
        assert.ok(error instanceof Error)
      } else {
        // Seeing it after all would be a reason to change the trait.
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
        assert.deepEqual(inbox.closings, [])
      }
    })
  })
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('message', (address) => resolve(String(address)))
    server.once('exit', (code) => reject(new Error(`the server process ended early with code ${code}`)))
  })
}
