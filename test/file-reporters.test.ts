/** Every report of every result, however hostile, is valid in its format, and what is missing is said. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Chapter } from '../src/reporter.ts'
import { formats } from '../src/reporters/index.ts'
import type { Figure, Result } from '../src/result.ts'
import { aggregate } from '../src/stats/aggregate.ts'
import { mergeRuns } from '../src/stats/merge.ts'
import { everyEnding } from './capacity-fixture.ts'
import { pairOf } from './comparison-fixture.ts'
import { csvRows, hgrmPoints, junitSuites, markdownTables, openmetricsSamples } from './format-checks.ts'
import { chaptersOf, drawnResult, runOf } from './report-fixture.ts'
import { plainResult, resultOf, slopedResult, trialOf } from './result-fixture.ts'

/** Names that are markup, formulas, escapes or nothing somewhere. */
const names = [
  '</script><script>alert(1)</script>',
  '<!--',
  ']]>&amp;"\'',
  '=HYPERLINK("http://x","y")',
  ' +1',
  '-2,3\r\n4',
  '@everyone | `code` **bold** [a](http://x) #1',
  '\u0000\u001b[31m\u0007\t\n::error::x',
  '\u202eright to left\u202c \u05d0\u05d1',
  '\ufffe\uffff\ud800',
  'n'.repeat(10_000),
  '__proto__',
  'quantile="1"} 5\n# EOF',
  '%0A::error::x',
  '',
]

function hostileResult(): Result {
  const growth = names.map(
    (name, index): Figure => ({
      name: `${name}.total`,
      head: name,
      unit: 'ns',
      better: index % 2 === 0 ? 'lower' : 'higher',
      rank: 'full',
      text: name,
    }),
  )
  const trials = names.map((name, index) =>
    trialOf({
      subject: name,
      point: { [name]: name },
      verdict: (['valid', 'suspect', 'invalid', 'unsupported'] as const)[index % 4] ?? 'valid',
      reasons: index % 4 > 1 ? [{ code: 'workload', message: name, path: name }] : [],
      warnings: index % 4 === 1 ? [{ code: 'not-steady', message: name }] : [],
      notes: [name],
      figures: Object.fromEntries(growth.map((one) => [one.name, index])),
    }),
  )
  const result = resultOf(trials, [{ expression: `${names[0]} < 1`, metric: 'latency.p50', op: '<', value: 1 }])
  const scenario = { ...result.scenario, name: names.slice(0, 9).join(''), figures: growth }
  return { ...result, scenario, aggregates: aggregate(trials, growth) }
}

const dead = { code: 'server-died', message: 'the server ended with exit code 134' } as const
const noWay = { code: 'unsupported', message: 'it cannot push' } as const

const cases: Readonly<Record<string, () => Chapter[] | Promise<Chapter[]>>> = {
  'no result': () => [],
  'an empty result': () => chaptersOf(resultOf([])),
  'only invalid trials': () =>
    chaptersOf(resultOf([trialOf({ subject: 'ws', verdict: 'invalid', reasons: [dead], delivered: 0 })])),
  'only unsupported trials': () =>
    chaptersOf(resultOf([trialOf({ subject: 'sse', verdict: 'unsupported', reasons: [noWay] })])),
  'a single trial': () => chaptersOf(resultOf([trialOf({ subject: 'ws' })])),
  'a trial without figures': () => chaptersOf(resultOf([trialOf({ subject: 'ws', p50: null })])),
  'hostile names': () => chaptersOf(hostileResult()),
  'hostile names twice': () => chaptersOf(hostileResult(), hostileResult()),
  'an aborted run': () =>
    chaptersOf(resultOf([trialOf({ subject: 'ws' })], [], { code: 'interrupted', message: 'interrupted by SIGINT' })),
  'a plain run': () => chaptersOf(plainResult),
  histograms: () => chaptersOf(drawnResult(['ws', 'tcp'], 6)),
  'separate runs': () => chaptersOf(drawnResult(['ws', 'tcp']), drawnResult(['ws', 'grpc'])),
  slopes: () => chaptersOf(slopedResult),
  'base and head': () => chaptersOf(pairOf(1.2)),
  'base and head, undecided': () => chaptersOf(pairOf(1.2, {}, 4)),
  'a search': async () => chaptersOf(await everyEnding()),
  'different scenarios of the same name': () => {
    const other = drawnResult(['ws'])
    const changed = { ...other, scenario: { ...other.scenario, resolved: { payload: 7 } } }
    return mergeRuns([runOf(drawnResult(['ws'])), runOf(changed)])
  },
}

function plainJson(text: string): void {
  for (const entry of JSON.parse(text) as Array<Record<string, unknown>>) {
    assert.ok(typeof entry.name === 'string' && typeof entry.unit === 'string' && Number.isFinite(entry.value))
  }
  const all = (JSON.parse(text) as Array<{ name: string }>).map(({ name }) => name)
  assert.equal(new Set(all).size, all.length, 'the action knows a figure by its name')
}

/** A reporter without a check fails. */
const checks: Readonly<Record<string, (text: string) => void>> = {
  // Its own tests are in a browser.
  html: (text) => assert.match(text, /^<!doctype html>[\s\S]*<\/html>\n$/),
  markdown: markdownTables,
  csv: csvRows,
  junit: junitSuites,
  openmetrics: openmetricsSamples,
  hgrm: (text) => text.split(/\n(?= +Value )/).map(hgrmPoints),
  'gha-benchmark': plainJson,
  'gha-benchmark-bigger': plainJson,
}

for (const { name, load } of formats) {
  test(`${name}: valid whatever the result holds`, async (t) => {
    const { render, parts } = await load()
    for (const [title, chapters] of Object.entries(cases)) {
      await t.test(title, async () => {
        const text = render(await chapters())
        const check = checks[name] ?? assert.fail(`no check of ${name}`)
        check(text)
        assert.match(text, /\n$/)
        if (name !== 'html') assert.doesNotMatch(text.replace(/\r\n/g, '\n'), /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e]/u)
        for (const part of parts?.(await chapters()) ?? []) assert.match(part.name, /^[\w][\w.-]{0,80}$/)
      })
    }
  })
}

const loaded = new Map(await Promise.all(formats.map(async ({ name, load }) => [name, await load()] as const)))
const render = (name: string, ...results: readonly Result[]): string =>
  loaded.get(name)?.render(chaptersOf(...results)) ?? assert.fail(name)

test('what is missing is said', () => {
  const empty = resultOf([])
  const invalid = resultOf([trialOf({ subject: 'ws', verdict: 'invalid', reasons: [dead], delivered: 0 })])
  assert.match(render('markdown', empty), /No trial was measured/)
  assert.match(render('markdown', invalid), /invalid.*the server ended with exit code 134/)
  assert.ok(csvRows(render('csv', empty))[1]?.includes('nothing-measured'))
  assert.ok(csvRows(render('csv', invalid))[1]?.includes('server-died'))
  for (const result of [empty, invalid]) {
    assert.deepEqual(
      junitSuites(render('junit', result))[0]?.cases.map(({ outcome }) => outcome),
      ['error'],
    )
    assert.equal(
      openmetricsSamples(render('openmetrics', result)).find(({ name }) => name === 'rtbench_passed')?.value,
      0,
    )
    assert.match(render('hgrm', result), /No valid trial/)
    assert.equal(render('gha-benchmark', result), '[]\n')
  }
})

test('CSV has a row for each trial and metric, numbers plain, and no formulas', () => {
  const [head = [], ...rows] = csvRows(render('csv', plainResult))
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)])
  const usable = plainResult.trials.filter(({ verdict }) => verdict === 'valid' || verdict === 'suspect')
  assert.equal(column('metric').filter((metric) => metric === 'latency.p50').length, usable.length)
  assert.deepEqual(
    rows.filter((row) => row[head.indexOf('metric')] === 'latency.p50').map((row) => row[head.indexOf('value')]),
    usable.map(({ latency }) => String(latency.response?.p50 ?? '')),
  )
  const cells = csvRows(render('csv', hostileResult())).flat()
  assert.ok(cells.some((cell) => cell.startsWith("'=HYPERLINK")))
  for (const cell of cells) if (!/^-?[\d.]+(e-?\d+)?$/.test(cell)) assert.doesNotMatch(cell, /^\s*[=+\-@]/)
})

test('JUnit tells failures, errors and what nobody could say apart', () => {
  const outcomes = (result: Result) =>
    junitSuites(render('junit', result)).flatMap(({ cases: all }) => all.map(({ outcome }) => outcome))
  assert.deepEqual(outcomes(resultOf([trialOf({ subject: 'ws' })])), ['passed'])
  const threshold = { expression: 'latency.p50 < 1ns', metric: 'latency.p50', op: '<', value: 1 } as const
  assert.deepEqual(outcomes(resultOf([trialOf({ subject: 'ws' })], [threshold])), ['passed', 'failure'])
  assert.deepEqual(outcomes(resultOf([trialOf({ subject: 'ws', p50: null })], [threshold])), ['passed', 'error'])
  assert.ok(outcomes(pairOf(1.2)).includes('failure'))
  assert.ok(outcomes(pairOf(1.2, {}, 4)).includes('skipped'))
  assert.ok(outcomes(pairOf(1.2, { failOnInconclusive: true }, 4)).includes('failure'))
})

test('OpenMetrics has seconds, and percentiles as a summary', () => {
  const result = drawnResult(['ws'], 1)
  const [trial] = result.trials
  const samples = openmetricsSamples(render('openmetrics', result))
  const p50 = samples.find(({ name, labels }) => name === 'rtbench_latency_seconds' && labels.quantile === '0.5')
  assert.equal(p50?.value, (trial?.latency.response?.p50 ?? 0) / 1e9)
  assert.equal(samples.find(({ name }) => name === 'rtbench_delivery_delivered')?.value, trial?.counts.delivered)
})

test('Markdown names the best, and shows base against head', () => {
  assert.match(render('markdown', pairOf(1.2)), /\*\*head is worse than base: service/)
  const [first = []] = markdownTables(render('markdown', plainResult))
  assert.deepEqual(first[0]?.slice(0, 2), ['subject', 'offered/s'])
})

test('github-action-benchmark gets what is better smaller apart from what is better larger', () => {
  const of = (name: string) => JSON.parse(render(name, plainResult)) as Array<{ name: string; unit: string }>
  assert.ok(of('gha-benchmark').some(({ name, unit }) => name.endsWith(': latency.p50') && unit === 'ms'))
  assert.ok(of('gha-benchmark-bigger').every(({ name }) => /throughput/.test(name)))
  assert.ok(of('gha-benchmark-bigger').length > 0)
})

test('the Markdown says between whom there is no measurable difference, where others are behind', () => {
  const trials = Array.from({ length: 10 }, (_, block) => [
    trialOf({ subject: 'tcp', block, p50: 100_000 + (block % 2) * 10_000 }),
    trialOf({ subject: 'ws', block, p50: 110_000 - (block % 2) * 10_000 }),
    trialOf({ subject: 'sse', block, p50: 300_000 + block * 1000 }),
  ]).flat()
  const text = render('markdown', resultOf(trials))
  assert.match(text, /no measurable difference between tcp and ws, who are ahead of the others/)
})
