/** Markdown as GitHub reads it, that cannot be broken by what it shows. */
import { clean, cut } from '../format.ts'

/** Longest name in a table, and longest sentence of foreign origin: the rest is in the result. */
const LONGEST_NAME = 40
const LONGEST_TEXT = 600

/** A foreign name: bounded, and only text. */
export function name(text: string): string {
  return escaped(cut(bounded(text), LONGEST_NAME))
}

/** A foreign sentence, on one line. */
export function sentence(text: string): string {
  return escaped(cut(bounded(text), LONGEST_TEXT))
}

/** Both ends of what is far too long, before anybody counts its characters. */
function bounded(text: string): string {
  const most = 2 * LONGEST_TEXT
  return clean(text.length > 2 * most ? `${text.slice(0, most)}${text.slice(-most)}` : text)
}

/**
 * Whatever would be markup, HTML, a link, a mention or the end of a cell is text. An empty comment parts a mention's sign from its
 * name: an escaped sign would still be one. At the beginning nothing is a list or a block of code.
 */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|~#$&!]/g, (character) => (character === '&' ? '&amp;' : `\\${character}`))
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replaceAll('@', '@<!-- -->')
    .trim()
    .replace(/^[-+](?=[\s-]|$)/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
}

/** What opens on demand. Its title is HTML, where Markdown's escapes are none. */
export function folded(title: string, inner: string): string {
  const plain = cut(bounded(title), LONGEST_NAME * 3)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@<!-- -->')
  return `<details><summary>${plain}</summary>\n\n${inner}\n\n</details>`
}

/** @param heads and rows as Markdown; figures stand right, but for the first column and those of `prose` */
export function table(
  heads: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  prose: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const sides = heads.map((_, column) => (column === 0 || prose.includes(column) ? '---' : '--:'))
  return [line(heads), line(sides), ...rows.map(line)].join('\n')
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
