import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from '../engine/alarm.ts'
import type { Window } from '../workload.ts'
import { usageMeter } from './usage.ts'

const MS = 1e6
/** Times of the window's clock, ms. Timers that are overdue fire in their order, so a slow machine keeps the order, too. */
const window: Window = { startNs: 1000 * MS, warmNs: 1050 * MS, endNs: 1350 * MS }
const NOW_NS = 1000 * MS
const INSIDE_MS = 100
const AFTER_MS = 400
const BURN_NS = 100 * MS

/** CPU time of this process until now. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

/** Keeps this process busy until it has used so much CPU time, and makes garbage meanwhile. */
function burn(): void {
  const untilNs = cpuNs() + BURN_NS
  while (cpuNs() < untilNs) Array.from({ length: 5000 }, (_, index) => ({ index }))
}

test('CPU, waiting and garbage are those of the window, and neither what came before it nor after', async () => {
  const activity: Activity = { messages: 0, spinNs: 0 }
  const meter = usageMeter(activity)
  const createdNs = cpuNs()
  activity.spinNs += 3000
  burn()
  const burntNs = cpuNs()
  meter.watch(window, NOW_NS)
  const after = sleep(AFTER_MS)
  await sleep(INSIDE_MS)
  activity.spinNs += 500
  const beforeNs = cpuNs()
  burn()
  const insideNs = cpuNs() - beforeNs
  await after
  const endedNs = cpuNs()
  activity.spinNs += 70_000
  burn()
  const { cpuUserNs, cpuSystemNs, spinNs, gcNs, rssBytes, peakRssBytes, eventLoopDelayP99 } = meter.finish()
  const usedNs = cpuUserNs + cpuSystemNs
  assert.ok(usedNs >= insideNs, `${usedNs} of the ${insideNs} burnt inside`)
  assert.ok(
    usedNs <= endedNs - burntNs,
    `${usedNs} of ${endedNs - burntNs} since the one before and until the one after`,
  )
  assert.ok(burntNs - createdNs >= BURN_NS, 'there was something to be left out')
  assert.equal(spinNs, 500)
  assert.ok(gcNs > 0, 'garbage was collected')
  assert.ok(eventLoopDelayP99 > 0, 'the burning held the loop up')
  assert.ok(rssBytes !== null && rssBytes > 0 && rssBytes <= peakRssBytes * 1.01, `${rssBytes} of ${peakRssBytes}`)
})

const nothing = { cpuUserNs: 0, cpuSystemNs: 0, spinNs: 0, gcNs: 0, eventLoopDelayP99: 0 }

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
    const { rssBytes, peakRssBytes, ...used } = meter.finish()
    assert.deepEqual(used, nothing)
    assert.ok((rssBytes ?? 0) > 0 && peakRssBytes > 0, 'memory is of the life of the process')
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
  const endedNs = cpuNs()
  activity.spinNs += 70_000
  burn()
  const { cpuUserNs, cpuSystemNs, spinNs } = meter.finish()
  assert.ok(cpuUserNs + cpuSystemNs >= BURN_NS)
  assert.ok(cpuUserNs + cpuSystemNs <= endedNs)
  assert.equal(spinNs, 500)
})
