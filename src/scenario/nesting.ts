/** No scenario needs more; a recursive parser bears thousands of levels, but not a hundred thousand. */
const DEEPEST = 32

/** What a lexer puts before the text of a plain or block scalar. */
const SCALAR_MARK = '\u001f'

/**
 * Finds where YAML nests too deep, from its lexemes alone, so that it can be refused before a recursive parser sees it.
 * Brackets count one level each. Block collections count one level for each column where one starts (`- - -` on one
 * line as well as lines that are indented further and further); a list on its parent's column counts together with
 * it, so the real depth is at most twice the depth found here.
 *
 * @returns the offset of the first lexeme that is too deep
 */
export function tooDeepAt(lexemes: Iterable<string>): number | undefined {
  /** Columns where the open block collections started, ascending. */
  const columns: number[] = []
  let brackets = 0
  let offset = 0
  let lineStart = 0
  let atLineStart = true
  let inScalar = false
  for (const lexeme of lexemes) {
    const [first = ''] = lexeme
    if (first === SCALAR_MARK) {
      inScalar = true
      continue
    }
    // Marks of documents and brackets left open are not in the text.
    if (first === '\u0002' || first === '\u0018') continue
    const column = offset - lineStart
    const blank = first === '\n' || first === '\r' || first === ' ' || first === '\t' || first === '#'
    if (!blank && atLineStart && brackets === 0) {
      while ((columns.at(-1) ?? -1) > column) columns.pop()
      atLineStart = false
    }
    if (!inScalar) {
      if (first === '[' || first === '{') brackets++
      else if (first === ']' || first === '}') brackets = Math.max(0, brackets - 1)
      else if (brackets === 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) {
        if ((columns.at(-1) ?? -1) < column) columns.push(column)
      }
      if (columns.length + brackets > DEEPEST) return offset
    }
    inScalar = false
    offset += lexeme.length
    const lineBreak = lexeme.lastIndexOf('\n')
    if (lineBreak >= 0) {
      lineStart = offset - (lexeme.length - lineBreak - 1)
      atLineStart = true
    }
  }
  return undefined
}

export { DEEPEST as DEEPEST_NESTING }
