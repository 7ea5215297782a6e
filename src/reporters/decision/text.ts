/** The page in a terminal: a table where it fits, else need by need. */
import type { View } from '../../reporter.ts'
import { widthOf, wrap } from '../format.ts'
import { drawn } from '../grid.ts'
import { type CellWords, type NeedWords, type PageWords, unmeasuredOf } from './words.ts'

const LABEL_COLUMNS = 30
const CELL_COLUMNS = [24, 18, 14] as const
/** No cell is narrower, its rule included: `unsupported`. Trying in vain takes long where there are many. */
const FEWEST_COLUMNS = 12

/** @returns text that ends with a newline; without colour it has no control characters but that */
export function decisionText(words: PageWords, view: View): string {
  const paint = (code: number) => (text: string) => (view.colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const [bold, green] = [paint(1), paint(32)]
  const text = (line: string, first = '', rest = first) => wrap(line, view.columns, first, rest)
  const part = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [[bold(title), ...lines.flatMap((line) => text(line, '  ', '    '))]] : []
  const sections = [
    ...(words.columns.length > 0 ? tableOf() : []),
    ...part('Unmeasured', unmeasuredOf(words)),
    ...part('Where it turns', words.crossovers),
    ...part('Why', remarksOf(words)),
    ...part('How to read it', words.rules),
    ...part('Runs', words.runs),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`

  function tableOf(): string[][] {
    const mayFit = words.columns.length * FEWEST_COLUMNS < view.columns
    for (const columns of mayFit ? CELL_COLUMNS : []) {
      const lines = drawn(['', ...words.columns.map((name) => wrap(name, columns).join('\n'))], rows(columns))
      if (lines.every((line) => widthOf(line) <= view.columns)) return [lines]
    }
    return words.needs.map(oneByOne)
  }

  function rows(columns: number): string[][] {
    return words.needs.flatMap(({ title, rows: own, unmeasured: missing }) => {
      if (missing) return [[wrap(title, LABEL_COLUMNS).join('\n'), ...words.columns.map(() => missing.text)]]
      return own.map((row) => [
        [
          ...wrap(title, LABEL_COLUMNS).map(bold),
          ...(row.title ? wrap(row.title, LABEL_COLUMNS) : []),
          ...(row.conditions ? wrap(row.conditions, LABEL_COLUMNS, '  ') : []),
        ].join('\n'),
        ...row.cells.map((cell) => cellLines(cell, columns).join('\n')),
      ])
    })
  }

  function cellLines(cell: CellWords, columns: number): string[] {
    const main = wrap(mainOf(cell), columns)
    return [...(cell.kind === 'best' ? main.map(green) : main), ...(cell.spread ? wrap(cell.spread, columns) : [])]
  }

  function oneByOne({ title, rows: own, unmeasured: missing }: NeedWords): string[] {
    if (missing) return [...text(title).map(bold), ...text(missing.text, '  ')]
    return [
      ...text(title).map(bold),
      ...own.flatMap((row) => {
        const absent = words.columns.filter((_, index) => row.cells[index]?.kind === 'absent')
        return [
          ...(row.title ? text(`${row.title} (${row.conditions})`, '  ') : []),
          ...row.cells.flatMap((cell, index) => {
            if (cell.kind === 'absent') return []
            const spread = cell.spread && ` (${cell.spread})`
            const lines = text(`${words.columns[index]}: ${mainOf(cell)}${spread}`, '    ', '      ')
            return cell.kind === 'best' ? lines.map(green) : lines
          }),
          ...(absent.length > 0 ? text(`not in this run: ${absent.join(', ')}`, '    ', '      ') : []),
        ]
      }),
    ]
  }
}

function mainOf({ main, kind, doubts }: CellWords): string {
  return `${main}${kind === 'best' ? ' best' : ''}${doubts ? ' ?' : ''}`
}

/** The sentences that belong to cells, each said once. */
function remarksOf({ needs, columns }: PageWords): string[] {
  const byText = new Map<string, Map<string, Set<string>>>()
  const add = (text: string, need: string, who: readonly string[]) => {
    const byNeed = byText.get(text) ?? new Map<string, Set<string>>()
    byText.set(text, byNeed.set(need, new Set([...(byNeed.get(need) ?? []), ...who])))
  }
  const all = needs.flatMap(({ title, rows }) => rows.map((row) => ({ ...row, need: title })))
  const ofCells = (need: string, cells: readonly CellWords[], textOf: (cell: CellWords) => string) => {
    cells.forEach((cell, index) => {
      const text = textOf(cell)
      if (text) add(text, need, [columns[index] ?? ''])
    })
  }
  for (const { need, undecided } of all) if (undecided) add(`nobody is called best: ${undecided}`, need, [])
  for (const { need, cells } of all) ofCells(need, cells, ({ because, main }) => because && `${main}: ${because}`)
  for (const { need, cells } of all) ofCells(need, cells, ({ doubts }) => doubts && `suspect (?): ${doubts}`)
  return [...byText].map(([text, byNeed]) => {
    const where = [...byNeed].map(([need, who]) => (who.size > 0 ? `${need} (${[...who].join(', ')})` : need))
    return `${where.join('; ')}: ${text}.`
  })
}
