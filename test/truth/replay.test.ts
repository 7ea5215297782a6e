/**
 * Recorded A/A blocks, in which nothing but noise differs: with labels dealt out at random the gate must keep silent, and with 10 % put
 * on one of them it must speak. The noise is that of a real machine, and not of a model.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Random, seededRandom } from '../../src/engine/random.ts'
import { gatePresets } from '../../src/gate.ts'
import type { Trial } from '../../src/result.ts'
import { compareSideBySide } from '../../src/stats/comparison.ts'
import { figureOf } from '../../src/stats/figure.ts'
import { type AaRecord, type AaTrial, aaMetrics, visibleIn } from '../aa-record.ts'
import { trialOf } from '../result-fixture.ts'

const FEWEST_BLOCKS = 60
const REPLAYS = 200
const SLOWER = 1.1
const metrics = Object.keys(aaMetrics) as Array<keyof typeof aaMetrics>
const gate = { base: 'base', head: 'head', metrics, ...gatePresets }

const file = fileURLToPath(new URL('../../../test/data/aa.json', import.meta.url))
const { blocks }: AaRecord = JSON.parse(readFileSync(file, 'utf8'))

/** A trial with these gated figures, and none that would only be compared as notes. */
function replayed(subject: 'base' | 'head', block: number, { serviceP50, cpuServerPerMessageNs }: AaTrial): Trial {
  const trial = trialOf({ subject, block })
  const { service } = trial.latency
  assert.ok(service)
  const cpuUserNs = Math.round(cpuServerPerMessageNs * trial.counts.delivered)
  const few = { p50: serviceP50, p90: null, p99: null, max: null }
  return {
    ...trial,
    latency: { response: null, service: { ...service, ...few }, sendLag: null },
    processes: trial.processes
      .filter(({ role }) => role === 'server')
      .map((process) => ({ ...process, cpuUserNs, cpuSystemNs: 0, spinNs: 0 })),
  }
}

/** @param slower how many times as much each metric of head is */
function verdicts(random: Random, slower: Partial<Record<keyof AaTrial, number>> = {}): Map<string, string> {
  const trials = blocks.flatMap(([one, other], block) => {
    const [base, head] = random() < 0.5 ? [one, other] : [other, one]
    const scaled = { ...head }
    for (const key of Object.values(aaMetrics)) scaled[key] = head[key] * (slower[key] ?? 1)
    return [replayed('base', block, base), replayed('head', block, scaled)]
  })
  const gated = compareSideBySide(trials, gate, []).filter((one) => one.gated)
  assert.equal(gated.length, metrics.length)
  return new Map(gated.map(({ metric, verdict }) => [metric, verdict]))
}

test('the record is of enough blocks, and replayed as it is', () => {
  assert.ok(blocks.length >= FEWEST_BLOCKS, `${blocks.length} blocks`)
  for (const [one] of blocks) {
    const trial = replayed('head', 0, one)
    for (const metric of metrics) {
      assert.ok(Math.abs((figureOf(trial, metric) ?? 0) / one[aaMetrics[metric]] - 1) < 1e-3, metric)
    }
  }
})

test('labels at random raise a false alarm in at most 5 % of the replays', () => {
  const random = seededRandom(1)
  let alarms = 0
  for (let replay = 0; replay < REPLAYS; replay++) {
    if ([...verdicts(random).values()].includes('worse')) alarms++
  }
  assert.ok(alarms <= REPLAYS * 0.05, `${alarms} false alarms in ${REPLAYS} replays`)
})

/** Nothing can be said of the gate where the recorded noise hides what it is to find. */
function tooNoisy(metric: keyof typeof aaMetrics): string | false {
  const visible = visibleIn(blocks, metric)
  if (visible <= SLOWER - 1) return false
  return `the record shows no less than ${(visible * 100).toFixed(0)} %: npm run record:aa on a quiet machine`
}

for (const metric of metrics) {
  test(`10 % more in ${metric} is found in at least 95 % of the replays`, { skip: tooNoisy(metric) }, () => {
    const random = seededRandom(2)
    let found = 0
    for (let replay = 0; replay < REPLAYS; replay++) {
      if (verdicts(random, { [aaMetrics[metric]]: SLOWER }).get(metric) === 'worse') found++
    }
    assert.ok(found >= REPLAYS * 0.95, `found in ${found} of ${REPLAYS} replays`)
  })
}
