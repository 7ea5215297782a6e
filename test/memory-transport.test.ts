import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rig } from './contract/rig.ts'
import { type Mischief, memoryTransport } from './memory-transport.ts'
import { transportContract } from './transport-contract.ts'

transportContract(memoryTransport(), { withinProcess: true })

describe('mischief', () => {
  const kept: Uint8Array[] = []
  const keep = (bytes: Uint8Array) => {
    kept.push(bytes)
    return []
  }
  const cases: [string, Mischief, string][] = [
    ['loses', (_direction, index, bytes) => (index === 1 ? [] : [bytes]), 'acd'],
    ['doubles', (_direction, index, bytes) => (index === 1 ? [bytes, bytes] : [bytes]), 'abbcd'],
    ['corrupts', (_direction, index, bytes) => [index === 1 ? bytes.fill(120) : bytes], 'axcd'],
    ['reorders', (_direction, index, bytes) => (index === 1 ? keep(bytes) : [bytes, ...kept.splice(0)]), 'acbd'],
  ]
  for (const [what, mischief, expected] of cases) {
    it(what, async (t) => {
      const { connect } = await rig(t, memoryTransport(mischief))
      const { client, server } = await connect()
      for (const letter of 'abcd') client.channel.send(Buffer.from(letter))
      client.channel.close()
      await server.inbox.hasClosed()
      assert.equal(server.inbox.messages.join(''), expected)
    })
  }
})
