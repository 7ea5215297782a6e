/** The page in a terminal: a table where it fits, else need by need. */
import type { View } from '../../reporter.ts'
import { widthOf, wrap } from '../format.ts'
import { drawn } from '../grid.ts'
import type { CellWords, NeedWords, PageWords } from './words.ts'

const LABEL_COLUMNS = 30
const CELL_COLUMNS = [24, 18, 14] as const

/** @returns text that ends with a newline; without colour it has no control characters but that */
export function decisionText(words: PageWords, view: View): string {
  const paint = (code: number) => (text: string) => (view.colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const [bold, green] = [paint(1), paint(32)]
  const text = (line: string, first = '', rest = first) => wrap(line, view.columns, first, rest)
  const part = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [[bold(title), ...lines.flatMap((line) => text(line, '  ', '    '))]] : []
  const sections = [
    ...(words.columns.length > 0 ? tableOf() : []),
    ...part('Unmeasured', unmeasured(words)),
    ...part('Where it turns', words.crossovers),
    ...part('Why there is none, or why so', reasons(words)),
    ...part('How to read it', words.rules),
    ...part('Runs', words.runs),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`

  function tableOf(): string[][] {
    for (const columns of CELL_COLUMNS) {
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
    const main = wrap(cell.kind === 'best' ? `${cell.main} best` : cell.main, columns)
    return [...(cell.kind === 'best' ? main.map(green) : main), ...(isShort(cell) ? wrap(cell.beside, columns) : [])]
  }

  function oneByOne({ title, rows: own, unmeasured: missing }: NeedWords): string[] {
    if (missing) return [...text(title).map(bold), ...text(missing.text, '  ')]
    return [
      ...text(title).map(bold),
      ...own.flatMap((row) => [
        ...(row.title ? text(`${row.title} (${row.conditions})`, '  ') : []),
        ...row.cells.flatMap((cell, index) => {
          const beside = isShort(cell) && cell.beside ? ` (${cell.beside})` : ''
          const line = `${words.columns[index]}: ${cell.main}${beside}${cell.kind === 'best' ? ', best' : ''}`
          const lines = text(line, '    ', '      ')
          return cell.kind === 'best' ? lines.map(green) : lines
        }),
      ]),
    ]
  }
}

/** Intervals stand in the table, sentences below it. */
function isShort({ beside, kind }: CellWords): boolean {
  return kind !== 'missing' && widthOf(beside) <= LONGEST_BESIDE
}

const LONGEST_BESIDE = 44

function unmeasured({ needs }: PageWords): string[] {
  return needs.flatMap(({ title, unmeasured: missing }) =>
    missing ? [`${title}: ${missing.text}; this would: ${missing.command}`] : [],
  )
}

/** What the table has no room for, each said once. */
function reasons({ needs, columns }: PageWords): string[] {
  const byText = new Map<string, string[]>()
  const add = (who: string, text: string) => byText.set(text, [...(byText.get(text) ?? []), who])
  for (const { title, rows } of needs) {
    for (const { title: phrase, cells, undecided } of rows) {
      const what = phrase ? `${title}, ${phrase}` : title
      if (undecided) add(what, `nobody is called best: ${undecided}`)
      cells.forEach((cell, index) => {
        if (cell.beside && !isShort(cell)) add(`${columns[index]}, ${what}`, `${cell.main}: ${cell.beside}`)
      })
    }
  }
  return [...byText].map(([text, who]) => `${[...new Set(who)].join('; ')}: ${text}.`)
}
