/** The page as Markdown. */
import { list, sentence, table } from '../markdown/text.ts'
import { type CellWords, type NeedWords, type PageWords, unmeasuredOf } from './words.ts'

export function decisionMarkdown(words: PageWords): string {
  const part = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [`### ${title}`, list(lines.map(sentence))] : []
  const parts = [
    '## Which transport for what',
    ...(words.columns.length > 0
      ? [
          table(
            ['need', ...words.columns.map(sentence)],
            words.needs.flatMap((need) => rowsOf(need, words.columns.length)),
            words.columns.map((_, column) => column + 1),
          ),
        ]
      : []),
    ...part('Unmeasured', unmeasuredOf(words)),
    ...part('Where it turns', words.crossovers),
    ...part('How to read it', words.rules),
    ...part('Runs', words.runs),
  ]
  return `${parts.join('\n\n')}\n`
}

function rowsOf({ title, rows, unmeasured: missing }: NeedWords, columns: number): string[][] {
  if (missing) return [[`**${sentence(title)}**`, ...Array.from({ length: columns }, () => missing.text)]]
  return rows.map((row) => [
    [
      `**${sentence(title)}**`,
      ...[row.title, row.conditions, row.undecided && `nobody is called best: ${row.undecided}`]
        .filter(Boolean)
        .map(sentence),
    ].join('<br>'),
    ...row.cells.map(cellOf),
  ])
}

function cellOf({ main, spread, because, doubts, kind }: CellWords): string {
  const figure = kind === 'best' ? `**${sentence(main)}** (best)` : sentence(main)
  return [figure, ...[spread, because, doubts && `suspect: ${doubts}`].filter(Boolean).map(sentence)].join('<br>')
}
