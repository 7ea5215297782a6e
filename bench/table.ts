/** Aligns columns: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** `12,345` */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Nanoseconds as microseconds: `12.3 µs`. */
export function micros(ns: number): string {
  return `${(ns / 1e3).toLocaleString('en-US', { maximumFractionDigits: 1 })} µs`
}

export function passFail(passed: boolean): string {
  return passed ? 'pass' : 'FAIL'
}
