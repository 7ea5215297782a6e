/** A few lines at the bottom of a terminal that are written over and over; what is printed stays above them. */
import { widthOf } from '../reporters/format.ts'
import { sizeOf } from './terminal.ts'

/** From the cursor to the end of the screen. */
const CLEAR_BELOW = '\x1b[J'

export interface Screen {
  show(lines: readonly string[]): void
  print(line: string): void
  /** Leaves nothing of the lines. */
  clear(): void
  /** The lines are not where they were: they stay as they are, and the next ones come below. */
  forget(): void
}

/** The cursor is never hidden: nothing has to be put right, however the process ends. */
export function screenOn(stream: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = []

  /** Back to the start of the first line, and nothing from there on. */
  const erasure = (): string => {
    if (shown.length === 0) return ''
    const { columns } = sizeOf(stream)
    // Since they were written the terminal may have become narrower: it breaks long lines, and they take more rows.
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}${CLEAR_BELOW}`
  }
  const write = (printed: string, lines: readonly string[]): void => {
    const text = `${erasure()}${printed}${lines.join('\n')}`
    shown = lines
    // At once: a terminal shows no half of it.
    if (text !== '') stream.write(text)
  }
  return {
    show: (lines) => write('', lines),
    print: (line) => write(`${line}\n`, shown),
    clear: () => write('', []),
    forget: () => {
      if (shown.length > 0) stream.write('\n')
      shown = []
    },
  }
}
