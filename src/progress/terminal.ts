/** What a stream bears: how much room there is, whether it can be drawn over, colours, and characters beyond ASCII. */
import type { View } from '../reporter.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>

/** Where there is no terminal: the width that most logs and mails still show whole. */
const PLAIN_COLUMNS = 100
const USUAL = { columns: 80, rows: 24 }

/** Some terminals say that they have no columns; COLUMNS then helps. */
export function sizeOf({ isTTY, columns, rows }: Stream, env: Environment = process.env) {
  const asked = Number(env.COLUMNS) || 0
  if (!isTTY) return { columns: asked || PLAIN_COLUMNS, rows: USUAL.rows }
  return { columns: columns || asked || USUAL.columns, rows: rows || USUAL.rows }
}

/** Lines can be drawn over: by a person's terminal, and not by the log of a CI system. */
export function isLive({ isTTY }: Stream, env: Environment = process.env): boolean {
  return Boolean(isTTY) && env.TERM !== 'dumb' && !isSet(env.CI)
}

/** How to draw for a stream. FORCE_COLOR wants colours everywhere and NO_COLOR nowhere; otherwise a terminal that can has them. */
export function viewOf(stream: Stream, env: Environment = process.env): View {
  const able = Boolean(stream.isTTY) && env.TERM !== 'dumb'
  const colour = env.NO_COLOR ? false : env.FORCE_COLOR ? isSet(env.FORCE_COLOR) : able
  return { columns: sizeOf(stream, env).columns, colour, ascii: Boolean(stream.isTTY) && !bearsUnicode(env) }
}

/** By the first variable that names a locale; where none does, terminals of our day do. */
function bearsUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8'
  return env.TERM !== 'dumb' && /utf-?8/i.test(locale)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}
