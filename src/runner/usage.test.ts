import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from '../engine/alarm.ts'
import type { Window } from '../workload.ts'
import { latenessOf, usageMeter } from './usage.ts'

const MS = 1e6
/** Times of the window's clock, ms. Timers that are overdue fire in their order, so a slow machine keeps the order, too. */
// The rest of the window is for the loop to turn in: what was collected and how late it was is told in later turns.
const window: Window = { startNs: 1000 * MS, warmNs: 1050 * MS, endNs: 2550 * MS }
const NOW_NS = 1000 * MS
/** Less than the warm-up. */
const BEFORE_MS = 20
const INSIDE_MS = 100
const SAMPLED_MS = 60
const AFTER_MS = 1600
const BURN_NS = 100 * MS

/** CPU time of this process until now. */
function cpuNs() {
  const { user, system } = process.cpuUsage()
  return { user: user * 1000, system: system * 1000, both: (user + system) * 1000 }
}

/** Uses so much CPU time, in user code and in the kernel, and makes garbage meanwhile. */
function burn(): void {
  const began = cpuNs()
  // Some systems tell the two kinds apart by rare looks only.
  const seenBoth = ({ user, system }: typeof began) => user > began.user && system > began.system
  for (let now = began; now.both < began.both + BURN_NS || !seenBoth(now); now = cpuNs()) {
    if (now.both > began.both + 20 * BURN_NS) return
    for (let call = 0; call < 200; call++) statSync(process.execPath)
    Array.from({ length: 5000 }, (_, index) => ({ index }))
  }
}

test('CPU, waiting and garbage are those of the window, and neither what came before it nor after', async () => {
  const activity: Activity = { messages: 0, spinNs: 0 }
  const meter = usageMeter(activity)
  const created = cpuNs()
  activity.spinNs += 3000
  meter.watch(window, NOW_NS)
  const inside = sleep(INSIDE_MS)
  const after = sleep(AFTER_MS)
  await sleep(BEFORE_MS)
  burn()
  const opening = cpuNs()
  await inside
  // The timer that samples delays has no delay before its second call.
  await sleep(SAMPLED_MS)
  activity.spinNs += 500
  const before = cpuNs()
  burn()
  const burnt = cpuNs()
  await after
  const ended = cpuNs()
  activity.spinNs += 70_000
  burn()
  const { cpuUserNs, cpuSystemNs, spinNs, gcNs, rssBytes, peakRssBytes, eventLoopDelayMax } = meter.finish()
  assert.ok(opening.both - created.both >= BURN_NS, 'there was something to be left out')
  for (const [kind, usedNs] of [
    ['user', cpuUserNs],
    ['system', cpuSystemNs],
  ] as const) {
    const least = burnt[kind] - before[kind]
    const most = ended[kind] - opening[kind]
    assert.ok(usedNs >= least && usedNs <= most, `${kind}: ${usedNs} ns, between ${least} and ${most}`)
  }
  assert.equal(spinNs, 500)
  assert.ok(gcNs > 0, 'garbage was collected')
  // A timer may have been due as late as one of its intervals after the burning began.
  assert.ok(eventLoopDelayMax >= BURN_NS / 2, 'the burning held the loop up')
  assert.ok((rssBytes ?? 0) > 0 && (peakRssBytes ?? 0) > 0)
})

test('the interval of the sampling timer is no delay', () => {
  for (const [betweenCallsMs, lateMs] of [
    [19.1, 0],
    [20, 0],
    [21.5, 1.5],
    [120, 100],
  ] as const) {
    assert.equal(latenessOf(betweenCallsMs * MS), lateMs * MS)
  }
})

const nothing = {
  cpuUserNs: 0,
  cpuSystemNs: 0,
  spinNs: 0,
  eventLoopDelayP99: 0,
  eventLoopDelayMax: 0,
  eventLoopUtilization: 0,
  gcNs: 0,
  gcMaxNs: 0,
  gcCount: 0,
}

const early: ReadonlyArray<readonly [name: string, act: (meter: ReturnType<typeof usageMeter>) => Promise<void>]> = [
  ['never watched', async () => {}],
  ['finished before it opened', async (meter) => meter.watch(window, NOW_NS)],
  [
    'ended before it opened, and its instant came all the same',
    async (meter) => {
      meter.watch(window, NOW_NS)
      meter.end()
      await sleep(INSIDE_MS)
    },
  ],
]

for (const [name, act] of early) {
  test(`a window that was ${name} used nothing`, async () => {
    const activity: Activity = { messages: 0, spinNs: 900 }
    const meter = usageMeter(activity)
    await act(meter)
    activity.spinNs += 500
    burn()
    const { rssBytes, peakRssBytes, heldBeforeBytes, heldSettledBytes, ...used } = meter.finish()
    assert.deepEqual([heldBeforeBytes, heldSettledBytes], [null, null], 'nobody said when')
    assert.deepEqual(used, nothing)
    assert.ok((rssBytes ?? 0) > 0 && (peakRssBytes ?? 0) > 0, 'memory is of the life of the process')
  })
}

test('a window that ends early used what it used until then', async () => {
  const activity: Activity = { messages: 0, spinNs: 900 }
  const meter = usageMeter(activity)
  meter.watch(window, NOW_NS)
  await sleep(INSIDE_MS)
  activity.spinNs += 500
  burn()
  meter.end()
  const endedNs = cpuNs().both
  activity.spinNs += 70_000
  burn()
  const { cpuUserNs, cpuSystemNs, spinNs } = meter.finish()
  assert.ok(cpuUserNs + cpuSystemNs >= BURN_NS)
  assert.ok(cpuUserNs + cpuSystemNs <= endedNs)
  assert.equal(spinNs, 500)
})

test('what is held between two instants grows by what stays', () => {
  const meter = usageMeter({ messages: 0, spinNs: 0 })
  meter.weigh()
  const held = Buffer.alloc(64 * 2 ** 20, 1)
  meter.settled()
  const { heldBeforeBytes, heldSettledBytes } = meter.finish()
  const grown = (heldSettledBytes ?? 0) - (heldBeforeBytes ?? 0)
  assert.ok(heldBeforeBytes !== null && grown >= held.length / 2, `grew by ${grown}`)
})

test('where nobody asks nothing is weighed', () => {
  const meter = usageMeter({ messages: 0, spinNs: 0 })
  meter.settled()
  const { heldBeforeBytes, heldSettledBytes } = meter.finish()
  assert.deepEqual([heldBeforeBytes, heldSettledBytes], [null, null])
})

test('the peak is this process’s own, however large the one is that started it', () => {
  const held = Buffer.alloc(256 * 2 ** 20, 1)
  const source = `import { usageMeter } from ${JSON.stringify(new URL('./usage.js', import.meta.url).href)}
    const { rssBytes, peakRssBytes } = usageMeter({ messages: 0, spinNs: 0 }).finish()
    console.log(JSON.stringify({ rssBytes, peakRssBytes }))`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  const { rssBytes, peakRssBytes } = JSON.parse(said)
  assert.ok(peakRssBytes >= rssBytes && peakRssBytes < held.length, `peak ${peakRssBytes}, now ${rssBytes}`)
})
