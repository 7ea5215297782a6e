import assert from 'node:assert/strict'
import test from 'node:test'
import { facts, ladderRun, named, runOf } from '../../test/decision-fixture.ts'
import { resultOf, type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import { blocksFor } from './crossover.ts'
import type { Cell, Line } from './line.ts'
import { type Page, pageOf } from './page.ts'

const linesOf = (page: Page, title: string): readonly Line[] => {
  const answer = page.answers.find(({ need }) => need.title === title)
  assert.ok(answer, title)
  return answer.lines
}
const echo = (page: Page): Line => {
  const line = linesOf(page, 'Lowest echo latency').find(({ ask }) => ask.metric === 'latency.p50')
  assert.ok(line)
  return line
}
const cellOf = (page: Page, line: Line, name: string): Cell | undefined =>
  line.cells.get(page.columns.find((column) => column.name === name)?.key ?? '')
const bestOf = (page: Page, line: Line): string[] =>
  page.columns.flatMap(({ key, name }) => {
    const cell = line.cells.get(key)
    return cell?.state === 'measured' && cell.best ? [name] : []
  })

test('best is who is measurably better than all others of the run, and nobody else', () => {
  const rows: ReadonlyArray<readonly [Record<string, number>, number, string[], string | null]> = [
    [{ tcp: 1e5, ws: 2e5 }, 6, ['tcp'], null],
    [{ tcp: 1e5, ws: 2e5 }, 5, [], 'too few blocks to tell (2 subjects need 6)'],
    [
      { tcp: 1e5, ws: 1e5, sse: 3e5 },
      12,
      [],
      'no measurable difference between tcp and ws, who are ahead of the others',
    ],
    [{ tcp: 1e5 }, 12, [], 'fewer than two subjects can be compared'],
  ]
  for (const [p50s, blocks, best, why] of rows) {
    const page = pageOf([runOf('run', p50s, blocks)])
    assert.deepEqual(bestOf(page, echo(page)), best)
    assert.equal(echo(page).undecided, why)
  }
})

test('a figure has the interval of its median from six trials on, below the range, and of one trial nothing', () => {
  const kindOf = (blocks: number) => {
    const page = pageOf([runOf('run', { tcp: 1e5, ws: 2e5 }, blocks)])
    const cell = cellOf(page, echo(page), 'tcp')
    assert.equal(cell?.state, 'measured')
    return cell.bounds?.kind
  }
  assert.deepEqual([1, 2, 5, 6, 12].map(kindOf), [undefined, 'range', 'range', 'ci95', 'ci95'])
})

test('what is invalid, unsupported or without a figure says why, and is never best', () => {
  const run = runOf('run', { tcp: 3e5, ws: 2e5, sse: 1e5, grpc: 1e5, 'grpc-unary': 1e5 }, 8, (subject, block) => {
    const reason = (code: 'corrupt' | 'unsupported'): Partial<TrialSketch> => ({
      verdict: code === 'corrupt' ? 'invalid' : 'unsupported',
      reasons: [{ code, message: `${code}, it says` }],
    })
    if (subject === 'sse' && block === 3) return reason('corrupt')
    if (subject === 'grpc') return reason('unsupported')
    return subject === 'grpc-unary' && block === 0 ? { p50: null } : {}
  })
  const page = pageOf([run])
  const states = (['sse', 'grpc', 'grpc-unary', 'ws'] as const).map((name) => cellOf(page, echo(page), name)?.state)
  assert.deepEqual(states, ['invalid', 'unsupported', 'no figure', 'measured'])
  const invalid = cellOf(page, echo(page), 'sse')
  assert.deepEqual(invalid, { state: 'invalid', because: 'corrupt, it says' })
  // The missing figure might have been the best one.
  assert.deepEqual(bestOf(page, echo(page)), [])
  assert.equal(echo(page).undecided, 'figures are missing')
})

test('runs are lines of their own: one is never held against the other', () => {
  const page = pageOf([runOf('one', { ws: 1e5 }, 8), runOf('two', { sse: 3e5 }, 8), runOf('three', { ws: 2e5 }, 8)])
  const lines = linesOf(page, 'Lowest echo latency').filter(({ ask }) => ask.metric === 'latency.p50')
  assert.deepEqual(
    lines.map(({ run, cells }) => [run.name, cells.size]),
    [
      ['one', 1],
      ['two', 1],
      ['three', 1],
    ],
  )
  assert.deepEqual(
    page.columns.map(({ name }) => name),
    ['ws', 'sse'],
  )
  for (const line of lines) assert.deepEqual(bestOf(page, line), [])
})

test('the same record twice counts once, and another of the same name is told apart', () => {
  const one = runOf('echo', { ws: 1e5 }, 6)
  const page = pageOf([one, { ...one, name: 'a copy' }, { ...runOf('echo', { ws: 2e5 }, 6), text: 'other' }])
  assert.deepEqual(
    page.runs.map(({ name }) => name),
    ['echo, 1', 'echo, 2'],
  )
})

test('a set-up is a column of its own, whatever its label', () => {
  const withOptions = (name: string, compression: boolean) => {
    const run = runOf(name, { ws: 1e5 }, 2)
    const resolved = { subjects: [{ label: 'ws', transport: 'ws', options: { compression } }] }
    return { ...run, result: { ...run.result, scenario: { ...run.result.scenario, resolved } } }
  }
  const page = pageOf([withOptions('one', false), withOptions('two', true), runOf('three', { head: 1e5 }, 2)])
  assert.deepEqual(
    page.columns.map(({ name }) => name),
    ['ws (compression=false)', 'ws (compression=true)', 'head'],
  )
})

test('the load decides what a figure is a merit of', () => {
  const load = { model: 'saturate', requestedPerSec: null, inFlight: null } as const
  const page = pageOf([runOf('greedy', { ws: 1e5, sse: 2e5 }, 6, () => ({ load }), 'stream')])
  assert.deepEqual(
    linesOf(page, 'Server push throughput').map(({ ask }) => ask.metric),
    ['throughput.messagesPerSec'],
  )
  const offered = pageOf([runOf('offered', { ws: 1e5, sse: 2e5 }, 6, () => ({}), 'stream')])
  assert.deepEqual(linesOf(offered, 'Server push throughput'), [])
})

test('a run that answers nothing says why', () => {
  const search = runOf('search', { ws: 1e5 }, 2)
  const searched = { ...search.result.scenario, resolved: { search: {} } }
  const page = pageOf([
    { ...search, result: { ...search.result, scenario: searched } },
    runOf('chat', { ws: 1e5 }, 2, () => ({}), 'chat'),
    named('none', 'echo', resultOf([], [], { code: 'interrupted', message: 'interrupted' })),
  ])
  assert.equal(page.unused.length, 3)
  assert.match(page.unused[0]?.because ?? '', /^a search /)
  assert.match(page.unused[1]?.because ?? '', /workload chat$/)
  assert.equal(page.unused[2]?.because, 'it has no trials')
})

test('facts come with the results, and are unknown of older ones', () => {
  const run = runOf('run', { ws: 1e5 }, 2)
  assert.deepEqual(pageOf([run]).columns[0]?.facts, facts)
  const old = { ...run.result, scenario: { ...run.result.scenario, transports: [] } }
  assert.equal(pageOf([{ ...run, result: old }]).columns[0]?.facts, null)
})

const statesOf = (page: Page) =>
  page.crossovers.found
    .filter(({ ask }) => ask.metric === 'latency.p50')
    .map(({ one, other, stretches }) => [
      one,
      other,
      ...stretches.map((rungs) => `${rungs[0].state}: ${rungs.map(({ level }) => level.text).join(' ')}`),
    ])

const turning = (subject: string, level: number | string) =>
  subject === 'ws' ? 1e5 : level === 500 ? 2e5 : level === 1000 ? 3e5 : 1.01e5

test('a crossover is told from the levels that were measured', () => {
  const page = pageOf([ladderRun(['ws', 'sse'], [50, 200, 500, 1000], 8, turning)])
  assert.deepEqual(statesOf(page), [['ws', 'sse', 'alike: 50 200', 'behind: 500 1000']])
})

test('levels rise as numbers do, sizes and rates too', () => {
  const page = pageOf([
    ladderRun(
      ['ws', 'sse'],
      ['1KiB', '64'],
      8,
      (subject, level) => (subject === 'sse' && level === '1KiB' ? 5e4 : 1e5),
      'payload',
      (_, level) => ({ payloadBytes: level === '64' ? 64 : 1024 }),
    ),
  ])
  assert.deepEqual(statesOf(page), [['ws', 'sse', 'alike: 64', 'ahead: 1KiB']])
})

test('what is varied and no number has no crossover', () => {
  const page = pageOf([ladderRun(['ws', 'sse'], ['immediate', 'batch'], 12, turning, 'strategy')])
  assert.deepEqual(page.crossovers, { found: [], undecided: [] })
})

test('too few blocks for all intervals together give no crossover, and say how many it takes', () => {
  // One pair at four levels: 2 to the power of -7 a side is more than 5 % by 8, of -8 it is less.
  assert.equal(blocksFor(4), 8)
  const page = pageOf([ladderRun(['ws', 'sse'], [50, 200, 500, 1000], 7, turning)])
  assert.deepEqual(page.crossovers.found, [])
  const undecided = page.crossovers.undecided.find(({ ask }) => ask.metric === 'latency.p50')
  assert.deepEqual([undecided?.blocks, undecided?.needed], [7, 8])
})

test('a level with an invalid trial, or where the client was the limit, is open', () => {
  const spoilt = (more: Partial<TrialSketch>) =>
    pageOf([
      ladderRun(['ws', 'sse'], [50, 200, 500], 8, turning, 'subscribers', (subject, level) =>
        subject === 'sse' && level === 200 ? more : {},
      ),
    ])
  const cases: readonly Partial<TrialSketch>[] = [
    { verdict: 'invalid', reasons: [{ code: 'corrupt', message: 'x' }] },
    { verdict: 'suspect', warnings: [{ code: 'client-bound', message: 'x' }] },
  ]
  for (const more of cases) {
    assert.deepEqual(statesOf(spoilt(more)), [['ws', 'sse', 'alike: 50', 'open: 200', 'behind: 500']])
  }
})

test('figures that lie too far apart leave a pair out', () => {
  const scattered = ladderRun(['ws', 'sse'], [50, 200], 8, () => 1e5)
  const trials = scattered.result.trials.map((trial) =>
    trial.subject === 'sse'
      ? trialOf({ subject: 'sse', block: trial.block, point: trial.point, p50: 1e5 * (1 + (trial.block % 2)) * 0.7 })
      : trial,
  )
  assert.deepEqual(statesOf(pageOf([named('scattered', 'fan-out', resultOf(trials))])), [])
})
