/** Whether a text is what it claims to be, read by a parser as those who take the format read it. */
import assert from 'node:assert/strict'
import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** RFC 4180, strictly: CRLF, as many fields in every row, quotation marks only where they may be. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [[]]
  for (let at = 0; at < text.length; ) {
    const [whole = '', quoted, plain, end] =
      /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y.exec(text.slice(at, at + 200_000)) ?? []
    assert.ok(whole.length > 0, `no field at ${at}: ${text.slice(at, at + 80)}`)
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
    at += whole.length
  }
  assert.deepEqual(rows.pop(), [], 'the last row ends, too')
  const [head = []] = rows
  for (const row of rows) assert.equal(row.length, head.length, row.join(','))
  return rows
}

export interface Suite {
  readonly attributes: Readonly<Record<string, string>>
  readonly cases: ReadonlyArray<{ readonly name: string; readonly outcome: string }>
}

/** What a tree of the parser holds, each element as a list. */
type Element = Readonly<Record<string, string | readonly Element[]>>

const childrenOf = (element: Element, name: string): readonly Element[] => {
  const children = element[name]
  return Array.isArray(children) ? children : []
}

/** JUnit: well-formed, in characters that XML has, and its totals are those of its tests. */
export function junitSuites(text: string): Suite[] {
  assert.equal(XMLValidator.validate(text), true)
  assert.match(text, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: (_, __, ___, is) => !is })
  const tree = parser.parse(text) as Element
  const [root = {}] = childrenOf(tree, 'testsuites')
  const suites = childrenOf(root, 'testsuite').map((suite): Suite => {
    const cases = childrenOf(suite, 'testcase').map((one) => {
      const outcome = ['failure', 'error', 'skipped'].filter((kind) => kind in one)
      assert.ok(outcome.length <= 1)
      return { name: String(one.name), outcome: outcome[0] ?? 'passed' }
    })
    const attributes = Object.fromEntries(Object.entries(suite).filter(([, value]) => typeof value === 'string'))
    assertTotals(attributes as Record<string, string>, cases)
    return { attributes: attributes as Record<string, string>, cases }
  })
  assertTotals(
    root,
    suites.flatMap(({ cases }) => cases),
  )
  return suites
}

function assertTotals(totals: Element, cases: Suite['cases']): void {
  const of = (kind: string) => String(cases.filter(({ outcome }) => outcome === kind).length)
  assert.deepEqual(
    [totals.tests, totals.failures, totals.errors, totals.skipped],
    [String(cases.length), of('failure'), of('error'), of('skipped')],
  )
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y

/** OpenMetrics: families whole and once, each with its type, unit at the end of its name, no sample twice, `# EOF`. */
export function openmetricsSamples(text: string): Sample[] {
  const lines = text.split('\n')
  assert.deepEqual(lines.splice(-2), ['# EOF', ''])
  const types = new Map<string, string>()
  const seen = new Set<string>()
  let current = ''
  return lines.flatMap((line) => {
    const [, kind, family = '', rest = ''] = /^# (TYPE|UNIT|HELP) ([a-z_][a-z0-9_]*) (.+)$/.exec(line) ?? []
    if (kind === 'TYPE') {
      assert.ok(!types.has(family), `${family} begins twice`)
      assert.ok(['gauge', 'summary'].includes(rest))
      types.set(family, rest)
      current = family
    }
    if (kind === 'UNIT') assert.ok(family.endsWith(`_${rest}`), line)
    if (kind !== undefined) {
      assert.equal(family, current)
      return []
    }
    const [, name = '', inner = '', value] = /^([a-z_][a-z0-9_]*)\{(.*)\} (\S+)$/.exec(line) ?? []
    assert.equal(name, current, line.slice(0, 200))
    assert.doesNotMatch(name, /_(total|count|sum|bucket|info|created)$/)
    assert.ok(Number.isFinite(Number(value)), line.slice(-40))
    const labels = labelsOf(inner)
    assert.equal('quantile' in labels, types.get(name) === 'summary', 'the label is reserved for summaries')
    const key = JSON.stringify([name, Object.entries(labels).sort()])
    assert.ok(!seen.has(key), `twice: ${key.slice(0, 200)}`)
    seen.add(key)
    return { name, labels, value: Number(value) }
  })
}

function labelsOf(inner: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (let at = 0; at < inner.length; ) {
    LABEL.lastIndex = at
    const [whole = '', name = '', value = ''] = LABEL.exec(inner) ?? []
    assert.ok(whole.length > 0 && !Object.hasOwn(labels, name), inner.slice(at, at + 80))
    labels[name] = value
    at += whole.length
  }
  return labels
}

/** As HdrHistogram's plotter reads a file: lines of four numbers, all else passed over. */
export function hgrmPoints(text: string): Array<{ value: number; percentile: number; total: number; inverse: number }> {
  assert.match(text, /^ +Value +Percentile +TotalCount +1\/\(1-Percentile\)\n\n/)
  const points = text.split('\n').flatMap((line) => {
    const [value = NaN, percentile = NaN, total = NaN, inverse = NaN, ...more] = line.trim().split(/ +/).map(Number)
    if (line.startsWith('#') || more.length > 0 || Number.isNaN(inverse)) return []
    return [{ value, percentile, total, inverse }]
  })
  points.forEach((point, at) => {
    const before = points[at - 1]
    if (!before) return
    assert.ok(point.value >= before.value && point.percentile > before.percentile && point.total >= before.total)
  })
  return points
}

/** Tables of as many cells in every row as in their head, and no HTML but our own. */
export function markdownTables(text: string): string[][][] {
  const own = /<!-- -->|<\/?details>|<\/?summary>/g
  assert.doesNotMatch(text.replace(own, '').replace(/\\[<>]/g, ''), /[<>]/)
  const blocks = text.split('\n\n').filter((block) => block.startsWith('| '))
  return blocks.map((block) => {
    const rows = block
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .slice(2, -2)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      )
    for (const row of rows) assert.equal(row.length, rows[0]?.length, row.join(' | '))
    assert.match(rows[1]?.join('') ?? '', /^(---|--:)+$/)
    return rows
  })
}
