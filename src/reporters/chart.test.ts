import assert from 'node:assert/strict'
import test from 'node:test'
import { curvedResult, flatResult } from '../../test/latency-fixture.ts'
import { plainResult } from '../../test/result-fixture.ts'
import { chartsOf } from './chart.ts'
import { widthOf } from './format.ts'
import { tableReporter } from './table.ts'

const unicode = { columns: 80, ascii: false }

test('each subject has its glyph in the order of the scenario, and a curve never falls', () => {
  const [chart, ...others] = chartsOf(curvedResult, unicode)
  assert.ok(chart)
  assert.deepEqual(others, [])
  assert.equal(chart.title, 'Latency by percentile: all messages of 8 trials')
  assert.equal(chart.lines.at(-1), '● ws  ◆ grpc-unary  ▲ tcp')
  const plot = chart.lines.filter((line) => /[│┤]/.test(line)).map((line) => line.slice(line.search(/[│┤]/) + 1))
  for (const glyph of '●◆▲') {
    const rows = plot.flatMap((line, row) =>
      [...line].flatMap((cell, column) => (cell === glyph ? [{ row, column }] : [])),
    )
    const byColumn = rows.toSorted((one, other) => one.column - other.column)
    assert.ok(byColumn.length > 20)
    byColumn.forEach(({ row }, index) => {
      assert.ok(row <= (byColumn[index - 1]?.row ?? row), `${glyph} falls`)
    })
  }
})

test('it fits every width, and below 48 columns there is none', () => {
  for (const columns of [1, 20, 47, 48, 49, 60, 75, 76, 77, 78, 79, 90, 200]) {
    const charts = chartsOf(curvedResult, { columns, ascii: false })
    assert.equal(charts.length, columns < 48 ? 0 : 1)
    for (const line of charts.flatMap(({ lines }) => lines)) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
  }
})

test('in ASCII the whole report is ASCII', () => {
  const text = tableReporter.render(curvedResult, { columns: 80, colour: false, ascii: true })
  assert.match(text, /^o ws {2}x grpc-unary {2}\+ tcp$/m)
  assert.doesNotMatch(text, /[^\n\x20-\x7e]/)
})

test('messages that all took as long are a level line; histograms that nobody can read, or none, give no chart', () => {
  const [flat] = chartsOf(flatResult, unicode)
  const rows = flat?.lines.filter((line) => line.includes('●●●')) ?? []
  assert.equal(rows.length, 1)
  assert.deepEqual(chartsOf(plainResult, unicode), [])
  const broken = flatResult.trials.map((trial) => {
    const { response } = trial.latency
    return { ...trial, latency: { ...trial.latency, response: response && { ...response, hdr: 'HISTFAAAA' } } }
  })
  assert.deepEqual(chartsOf({ ...flatResult, trials: broken }, unicode), [])
})
