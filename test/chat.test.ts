/** Chat on a transport in memory: who comes and goes gets exactly its interval. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { messageReader } from '../src/message.ts'
import { Kind } from '../src/rooms/kind.ts'
import type { Settings } from '../src/scenario.ts'
import { chat } from '../src/workloads/chat.ts'
import { chatShape } from '../src/workloads/chat-member.ts'
import { memorySettings, onTheWayDown, parametersFor, runInMemory } from './memory-rig.ts'
import type { Mischief } from './memory-transport.ts'
import { checkLedger } from './result-checks.ts'

const MEMBERS = 12
const MESSAGES = 400
/** 400 messages in 200 ms by twelve members of three rooms; each stays for some 30 ms and is away for some 10 ms. */
const settings: Partial<Settings> = {
  connections: MEMBERS,
  workers: 2,
  durationNs: 200e6,
  payload: { sizeBytes: 200, kind: 'json' },
}
const churn = parametersFor(chat, { rooms: 3, stay: 30e6, away: 10e6 })
const calm = parametersFor(chat, { rooms: 3, stay: undefined, away: 10e6 })

async function run(parameters: typeof churn, mischief?: Mischief) {
  const outcome = await runInMemory(chat, { settings, parameters, ...(mischief && { mischief }) })
  checkLedger(outcome.trial)
  return outcome.trial
}

/** What a message is, to whoever looks at the wire. */
function looking() {
  const reader = messageReader({ sizeBytes: 200, kind: 'json' }, chatShape)
  return (bytes: Uint8Array) => {
    assert.equal(reader.read(bytes), 'good')
    return reader.header
  }
}

test('who stays gets all that is said in its room, its own words among it', async () => {
  const trial = await run(calm)
  const { sent, expected, delivered, lost, duplicate, corrupt, outOfOrder } = trial.counts
  assert.equal(sent, MESSAGES)
  assert.equal(expected, MESSAGES * (MEMBERS / 3))
  assert.deepEqual([delivered, lost, duplicate, corrupt, outOfOrder], [expected, 0, 0, 0, 0])
  assert.deepEqual(trial.workload.figures, { completeness: 1, joins: 0, leaves: 0 })
})

test('who comes and goes gets exactly what is said between its join and its leave', async () => {
  const look = looking()
  let passedDown = 0
  const trial = await run(churn, (direction, _, bytes) => {
    if (direction === 'down' && look(bytes).kind === Kind.data) passedDown++
    return [bytes]
  })
  const { sent, expected, delivered } = trial.counts
  assert.equal(sent, MESSAGES, 'the rate is kept')
  assert.deepEqual([delivered, expected], [passedDown, passedDown], 'all that the server passed on was owed')
  assert.ok(expected < MESSAGES * (MEMBERS / 3), 'nobody gets what is said while it is away')
  const { joins, leaves } = trial.workload.figures
  assert.ok((joins ?? 0) > 10 && (leaves ?? 0) >= (joins ?? 0), `${joins} joins, ${leaves} leaves`)
  assert.equal(trial.verdict, 'valid')
})

test('who is away says nothing, and the others speak for it', async () => {
  const look = looking()
  const inside = new Set<number>()
  const said = new Map<number, number>()
  const trial = await run(churn, (direction, _, bytes) => {
    if (direction === 'down') return [bytes]
    const { kind, source } = look(bytes)
    if (kind === Kind.join) inside.add(source)
    else if (kind === Kind.leave) inside.delete(source)
    else {
      assert.ok(inside.has(source), `member ${source} talks while it is away`)
      said.set(source, (said.get(source) ?? 0) + 1)
    }
    return [bytes]
  })
  assert.equal(said.size, MEMBERS)
  assert.equal(trial.counts.skipped, 0)
  assert.ok(
    [...said.values()].some((count) => count !== [...said.values()][0]),
    'some spoke for others',
  )
})

test('a room that all of a process have left has nobody to speak: what was due is skipped', async () => {
  const parameters = parametersFor(chat, { rooms: 1, stay: 10e6, away: 10e9 })
  const { trial } = await runInMemory(chat, { settings: { ...settings, connections: 2 }, parameters })
  checkLedger(trial)
  assert.ok(trial.counts.skipped > 0)
  assert.equal(trial.counts.expected, trial.counts.delivered)
})

test('loss is found on either leg', async () => {
  const look = looking()
  const seen = { up: 0, down: 0 }
  const trial = await run(churn, (direction, _, bytes) => {
    if (look(bytes).kind !== Kind.data) return [bytes]
    const nth = ++seen[direction]
    return (direction === 'up' && nth === 100) || (direction === 'down' && [50, 500].includes(nth)) ? [] : [bytes]
  })
  // What a member lacks when it leaves, or at the very end of its stay, is as lost as a gap.
  const { expected, delivered, lost, inFlightAtEnd } = trial.counts
  assert.equal(expected - delivered, 3)
  assert.equal(lost + inFlightAtEnd, 3)
})

for (const [name, kind, direction] of [
  ['a leave that never arrives', Kind.leave, 'up'],
  ['a join that never arrives', Kind.join, 'up'],
  ['the lost answer to a join', Kind.joined, 'down'],
] as const) {
  test(`${name} makes the trial invalid, and nothing waits for ever`, async () => {
    const look = looking()
    let count = 0
    const trial = await run(churn, (way, _, bytes) => {
      if (way !== direction || look(bytes).kind !== kind) return [bytes]
      // The first of each member belongs to its entering, before the window.
      count++
      return count === MEMBERS + 3 ? [] : [bytes]
    })
    assert.equal(trial.verdict, 'invalid')
    assert.match(trial.reasons.map(({ message }) => message).join(), /1 joins or leaves were not answered/)
  })
}

test('an answer that comes twice, and a message that does, are found', async () => {
  const look = looking()
  const seen = new Map<number, number>()
  const trial = await run(
    churn,
    onTheWayDown((_, bytes) => {
      const { kind } = look(bytes)
      const nth = (seen.get(kind) ?? 0) + 1
      seen.set(kind, nth)
      return (kind === Kind.left && nth === 2) || (kind === Kind.data && nth === 77) ? [bytes, bytes] : [bytes]
    }),
  )
  assert.equal(trial.counts.duplicate, 1)
  assert.deepEqual(
    trial.reasons.map(({ code }) => code),
    ['workload'],
  )
})

test('damage is found, in the fields that others read, too', async () => {
  const trial = await run(
    calm,
    onTheWayDown((index, bytes) => {
      const at = new Map([
        [200, 70],
        [300, 100],
        [400, 150],
      ]).get(index)
      if (at !== undefined) bytes[at] = (bytes[at] ?? 0) ^ 1
      return [bytes]
    }),
  )
  assert.deepEqual([trial.counts.corrupt, trial.counts.lost], [3, 3])
})

test('the contradictions are named with their keys', () => {
  const paths = (changes: Partial<Settings>) =>
    chat
      .check?.({ ...memorySettings, ...settings, ...changes }, { rooms: 3, stay: undefined, away: 1e9 })
      .map(({ path }) => path.join('.'))
  assert.deepEqual(paths({}), [])
  assert.deepEqual(paths({ connections: 2 }), ['rooms'])
  assert.deepEqual(paths({ payload: { sizeBytes: 200, kind: 'binary' } }), ['payload.kind'])
  assert.deepEqual(paths({ payload: { sizeBytes: 64, kind: 'text' } }), ['payload'])
})
