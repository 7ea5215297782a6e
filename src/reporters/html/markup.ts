/** HTML that cannot be broken by what it shows: whatever is put into the template is text, unless it is markup itself. */
import { clean, cut } from '../format.ts'

export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** `null` and `false` are nothing, so that parts may be left out where they stand. */
export type Content = Markup | string | number | null | false | readonly Content[]

export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + written(contents[index] ?? null)).join(''))
}

export const nothing = new Markup('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Fit for text and for quoted attributes; what would act on a reader (direction, control characters) is shown as its code. */
export function escaped(text: string): string {
  return clean(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function written(content: Content): string {
  if (content === null || content === false) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'string') return escaped(content)
  return typeof content === 'number' ? String(content) : content.map(written).join('')
}

/** Longest name in a line of text, and longest sentence of foreign origin: the rest is in the data. */
const LONGEST_NAME = 40
const LONGEST_TEXT = 600

/** A foreign name: of bounded length, and its direction of writing stays its own. */
export function name(text: string): Markup {
  return html`<bdi>${plainName(text)}</bdi>`
}

/** Where no element can stand: in attributes, data and SVG. */
export function plainName(text: string): string {
  return cut(clean(bounded(text)), LONGEST_NAME)
}

/** A foreign sentence. */
export function sentence(text: string): Markup {
  return html`<bdi>${cut(clean(bounded(text)), LONGEST_TEXT)}</bdi>`
}

/** Both ends of what is far too long, before anybody counts its characters. */
function bounded(text: string): string {
  return text.length > 4 * LONGEST_TEXT ? `${text.slice(0, 2 * LONGEST_TEXT)}${text.slice(-2 * LONGEST_TEXT)}` : text
}

/** JSON for a data block: no character in it ends the block, opens a comment, or ends a line of a script. */
export function jsonBlock(id: string, value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return html`<script type="application/json" id="${id}">${new Markup(text)}</script>`
}
