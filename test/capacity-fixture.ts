/** Invented systems that are searched for their capacity, and results of such searches. */

import type { Reason, Result, Trial } from '../src/result.ts'
import type { PlannedTrial } from '../src/runner/plan.ts'
import { type Answer, runSearches, type Walk } from '../src/runner/search.ts'
import type { Point, Scenario, Search } from '../src/scenario.ts'
import { aggregate } from '../src/stats/aggregate.ts'
import { capacityOf } from '../src/stats/capacity.ts'
import { judgeLoad } from '../src/stats/objective.ts'
import { overallStatus } from '../src/stats/status.ts'
import { fixedBlocks, rules, settings } from './outcome-fixture.ts'
import { resultOf, trialOf } from './result-fixture.ts'

export const slo: Search['slo'] = [
  { expression: 'latency.p99 < 10ms', metric: 'latency.p99', op: '<', value: 10_000_000, unit: 'ns' },
  { expression: 'delivery.lost == 0', metric: 'delivery.lost', op: '==', value: 0, unit: 'count' },
]

export const rateSearch: Search = {
  over: 'rate',
  from: 1000,
  to: 16_000,
  slo,
  precision: 0.05,
  confirm: 2,
  pointAt: ({ at, settings: base }, value) => ({
    at: { ...at, rate: `${value}/s` },
    settings: { ...base, load: { model: 'open', ratePerSec: value, arrivals: 'uniform' } },
  }),
}

export function scenarioOf(
  subjects: readonly string[],
  search: Search,
  points: readonly Point['at'][] = [{}],
): Scenario {
  return {
    name: 'capacity',
    workload: 'echo',
    subjects: subjects.map((label) => ({ label, transport: label })),
    blocks: fixedBlocks(1),
    rules,
    seed: 7,
    points: points.map((at) => ({ at, settings })),
    search,
    thresholds: [],
    sha256: '0'.repeat(64),
    resolved: {},
  }
}

/** The rate that a planned trial offers. */
export function rateOf({ point: { settings: at } }: PlannedTrial): number {
  return at.load.model === 'open' ? at.load.ratePerSec : 0
}

export type System = (rate: number) => Omit<Parameters<typeof trialOf>[0], 'subject'>

/** Queueing: the response time grows without bounds towards the limit; beyond it messages pile up. */
export const queueing =
  (limit: number): System =>
  (rate) =>
    rate < limit
      ? { delivered: rate, p50: Math.round(60_000 / (1 - rate / (limit * 1.02))) }
      : {
          delivered: limit,
          p50: 400_000_000,
          verdict: 'invalid',
          reasons: [{ code: 'load-not-reached', message: `${limit}/s were received of ${rate}/s offered` }],
        }

/** As `rtbench run` would do it, with invented trials. */
export async function searched(
  systems: Readonly<Record<string, System>>,
  search: Search = rateSearch,
  points?: readonly Point['at'][],
): Promise<{ planned: PlannedTrial[]; walks: Walk[]; scenario: Scenario }> {
  const scenario = scenarioOf(Object.keys(systems), search, points)
  const planned: PlannedTrial[] = []
  const walks = await runSearches({
    scenario,
    search,
    judge: (trial): Answer => judgeLoad(trial, { slo: search.slo, figures: [] }).answer,
    measure: async (one) => {
      planned.push(one)
      return trialAt(one, systems[one.subject.label])
    },
  })
  return { planned, walks, scenario }
}

export function trialAt(one: PlannedTrial, system: System | undefined): Trial {
  const rate = rateOf(one)
  const sketch = system?.(rate) ?? {}
  const load = { requestedPerSec: rate, ...sketch.load }
  const trial = trialOf({ subject: one.subject.label, point: one.point.at, block: one.block, ...sketch, load })
  return { ...trial, id: one.id, order: one.order }
}

/** The result of a search, as a run makes it. */
export function searchResultOf(walks: readonly Walk[], search: Search = rateSearch, aborted?: Reason): Result {
  const trials = walks.flatMap(({ steps }) => steps.map(({ trial }) => trial))
  const capacities = walks.map((walk) => capacityOf(walk, { ...search, figures: [] }))
  return {
    ...resultOf(trials),
    ...overallStatus(trials, [], aborted, capacities),
    aggregates: aggregate(trials),
    capacities,
  }
}

const lateClient: ReturnType<System> = {
  verdict: 'suspect',
  warnings: [
    {
      code: 'generator-saturated',
      message: 'send lag p99 is 6.1 ms: the client could not keep to the schedule, and response times include that',
    },
  ],
}
const death: ReturnType<System> = {
  verdict: 'invalid',
  reasons: [{ code: 'server-died', message: 'the server ended with exit code 134 after 0.4 s' }],
}

/** One subject for every way in which a search may end, a hostile name among them. */
export async function everyEnding(): Promise<Result> {
  const { walks } = await searched({
    tcp: (rate) => ({ delivered: rate, p50: 60_000 + rate }),
    ws: queueing(7000),
    'ws+deflate with a label that goes on and on': queueing(5000),
    grpc: (rate) => (rate < 3000 ? { delivered: rate, p50: 200_000 } : { delivered: rate, p50: 9e6, ...lateClient }),
    sse: (rate) => ({ delivered: rate, p50: 5e6 }),
    'grpc-unary': (rate) => (rate < 3000 ? { delivered: rate } : death),
    'grpc-client-stream': () => ({
      verdict: 'unsupported',
      reasons: [{ code: 'unsupported', message: 'echo needs an answer to each message; this one answers at the end' }],
    }),
    '日本語\x1b[31m\n🚀': fallsAgain(),
  })
  return searchResultOf(walks)
}

/** Bears every load once. */
function fallsAgain(): System {
  const seen = new Set<number>()
  return (rate) => {
    const isFirst = !seen.has(rate)
    seen.add(rate)
    return { delivered: rate, p50: isFirst && rate < 9000 ? 150_000 : 9e6 }
  }
}

/** Two clear ends at each of two points. */
export async function matrixOfCapacities(): Promise<Result> {
  const points = [{ payload: 64 }, { payload: '16KiB' }]
  const { walks } = await searched({ tcp: queueing(9000), ws: queueing(3000) }, rateSearch, points)
  return searchResultOf(walks)
}

/** Interrupted in the middle. */
export async function unfinishedSearch(): Promise<Result> {
  const { walks } = await searched({ ws: queueing(7000) })
  const cut = walks.map((walk) => ({ ...walk, steps: walk.steps.slice(0, 3), end: undefined }))
  return searchResultOf(cut, rateSearch, { code: 'interrupted', message: 'interrupted by SIGINT' })
}
