import assert from 'node:assert/strict'
import test from 'node:test'
import { childrenOf } from '../../test/cli-rig.ts'
import { fixedBlocks, rules, settings } from '../../test/outcome-fixture.ts'
import type { Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Workload } from '../workload.ts'
import { echo } from '../workloads/echo.ts'
import { runScenario } from './run.ts'
import { missingTrait } from './support.ts'

const able: Traits = {
  push: true,
  ordered: true,
  halfClose: true,
  textOnly: false,
  answers: 'any',
  seesPeerClose: true,
  heartbeat: 'none',
  socketsPerChannel: 1,
}
const needing = (needs: Workload['needs']): Workload => ({ ...echo, name: 'chat', needs })

const answers: ReadonlyArray<readonly [has: Traits['answers'], needed: Traits['answers'], enough: boolean]> = [
  ['any', 'any', true],
  ['any', 'each', true],
  ['any', 'end', true],
  ['each', 'each', true],
  ['each', 'any', false],
  ['each', 'end', true],
  ['end', 'end', true],
  ['end', 'any', false],
  ['end', 'each', false],
]

for (const [has, needed, enough] of answers) {
  test(`a transport that answers "${has}" is ${enough ? '' : 'not '}enough for a workload that needs "${needed}"`, () => {
    const missing = missingTrait(needing({ answers: needed }), { ...able, answers: has })
    if (enough) assert.equal(missing, undefined)
    else assert.match(missing ?? '', new RegExp(`^chat needs answers: ${needed}; its client does not hear back`))
  })
}

const lacking: ReadonlyArray<readonly [trait: 'push' | 'ordered' | 'halfClose' | 'seesPeerClose', says: RegExp]> = [
  ['push', /^chat needs push: true; its server cannot send without being asked$/],
  ['ordered', /^chat needs ordered: true; it does not keep messages in order$/],
  ['halfClose', /^chat needs halfClose: true; it cannot close one direction alone$/],
  ['seesPeerClose', /^chat needs seesPeerClose: true; it does not see that its peer is gone$/],
]

for (const [trait, says] of lacking) {
  test(`a transport without ${trait} is refused by a workload that needs it, and by no other`, () => {
    const all = needing({ push: true, ordered: true, halfClose: true, seesPeerClose: true, answers: 'any' })
    assert.equal(missingTrait(all, able), undefined)
    assert.match(missingTrait(all, { ...able, [trait]: false }) ?? '', says)
    assert.equal(missingTrait(needing({}), { ...able, [trait]: false }), undefined)
  })
}

test('of a run, pairs that cannot work are unsupported with a reason, and nothing is started for them', async () => {
  const scenario: Scenario = {
    name: 'unsupported',
    workload: 'chat',
    subjects: ['one-way', 'slow-hearing'].map((transport) => ({ label: transport, transport })),
    blocks: fixedBlocks(2),
    rules,
    seed: 1,
    points: [{ at: {}, settings }],
    thresholds: [],
    sha256: '',
    resolved: {},
  }
  const traits = new Map<string, Traits>([
    ['one-way', { ...able, push: false }],
    ['slow-hearing', { ...able, answers: 'end' }],
  ])
  const kept: Trial[] = []
  const seen: string[] = []
  const { trials, stopped } = await runScenario({
    scenario,
    workload: needing({ push: true, answers: 'each' }),
    traitsOf: (transport) => traits.get(transport) ?? able,
    keep: (trial) => kept.push(trial),
    precisionOf: () => assert.fail('the number of blocks is given'),
    aborted: new AbortController().signal,
    watcher: {
      trialStarted: () => {
        seen.push('started')
      },
      measuring: () => assert.fail('nothing can be measured'),
      trialEnded: (_, { verdict }) => {
        seen.push(verdict)
      },
    },
  })
  assert.deepEqual(childrenOf(process.pid), [], 'no process')
  assert.deepEqual(kept, trials)
  assert.equal(stopped?.because, 'planned')
  assert.deepEqual(
    seen,
    [1, 2, 3, 4].flatMap(() => ['started', 'unsupported']),
  )
  for (const { verdict, reasons, subject, processes, counts } of trials) {
    assert.equal(verdict, 'unsupported')
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['unsupported'],
    )
    assert.match(reasons[0]?.message ?? '', subject === 'one-way' ? /needs push/ : /needs answers: each/)
    assert.deepEqual(processes, [])
    assert.equal(counts.scheduled, 0)
  }
})
