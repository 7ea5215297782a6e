/** Longest part of a foreign value that a message shows, in characters. */
const SHOWN_CHARS = 60

/** Control, format (bidirectional overrides among them), line-separator and lone-surrogate characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text from outside with everything escaped that could move a terminal's cursor or reorder a line. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** Escaped, and cut to what fits a message. */
export function excerpt(text: string, chars = SHOWN_CHARS): string {
  // Cut before escaping as well, so that a megabyte is not escaped for sixty characters.
  const shown = Array.from(escapeText(text.slice(0, chars * 2)))
  return shown.length > chars || text.length > chars * 2 ? `${shown.slice(0, chars - 1).join('')}…` : shown.join('')
}

/** A value from a file or the command line as a message shows it: `"ws"`, `5`, `{"rate":5}`, `nothing`. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return `"${excerpt(value)}"`
  if (typeof value === 'object') return excerpt(JSON.stringify(value))
  return excerpt(String(value))
}
