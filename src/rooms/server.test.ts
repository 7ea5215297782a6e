import assert from 'node:assert/strict'
import test from 'node:test'
import { parametersFor, runInMemory } from '../../test/memory-rig.ts'
import type { Workload } from '../workload.ts'
import { fanOut } from '../workloads/fan-out.ts'

/** 200 messages in 100 ms, in batches of 50, to four subscribers; the channel of the first one breaks at the server. */
async function runWithBreak(policy: 'block' | 'disconnect') {
  const parameters = parametersFor(fanOut, {
    subscribers: 4,
    publishers: 1,
    rooms: 1,
    strategy: { batch: { every: 10e9, max: 50 } },
    slow: undefined,
    buffer: { limit: 100_000, policy },
  })
  let breakIt = () => {}
  const breaking: Workload = {
    ...(fanOut as Workload),
    serve(host, listener) {
      const half = (fanOut as Workload).serve(host, listener)
      return {
        ...half,
        accept(channel) {
          const receiver = half.accept(channel)
          if (channel.hello.channel !== '1') return receiver
          // As if the socket had broken with a queue that nobody will take any more.
          channel.queuedBytes = () => 1e6
          breakIt = () => receiver.closed({ by: 'peer', error: new Error('broken') })
          return receiver
        },
      }
    },
  }
  return await runInMemory(breaking, {
    parameters,
    measuring: (time, { warmNs }) => time.alarm().around(warmNs + 20e6, () => breakIt()),
  })
}

test('block: nobody waits for a member whose channel broke with a batch under way', async () => {
  const { trial } = await runWithBreak('block')
  assert.deepEqual([trial.counts.sent, trial.workload.details.published], [200, [200]])
  assert.equal(trial.workload.figures.blocked, 0)
})

test('disconnect: a member whose channel broke was not cut by the policy', async () => {
  const { trial } = await runWithBreak('disconnect')
  assert.equal(trial.workload.figures.disconnected, 0)
})
