/** Texts in columns. */
import Table from 'cli-table3'

/**
 * A rule below the head and lines between columns; no frame, so that nothing is wasted on it.
 * @param names columns from the left that are no figures
 */
export function drawn(head: readonly string[], rows: ReadonlyArray<readonly string[]>, names = 1): string[] {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', left: '', right: '' }
  const below = { bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', 'left-mid': '', 'right-mid': '' }
  const table = new Table({
    head: [...head],
    chars: { ...none, ...below, mid: '─', 'mid-mid': '┼', middle: '│' },
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 1 },
    colAligns: head.map((_, index) => (index < names ? 'left' : 'right')),
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  const isRule = (line: string) => /^[─┼]+$/.test(line)
  return lines.filter((line, index) => !isRule(line) || index === 1).map((line) => line.trimEnd())
}
