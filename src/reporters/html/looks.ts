/** How subjects look: eight colours that the colour-blind tell apart, each with a dash, so that paper without colour does, too. */
import { html, type Markup } from './markup.ts'

const COLOURS = 8
const DASHES = 5

/** Class names of the style sheet. The dash moves on with each round of colours: 40 subjects look different. */
export function looksOf(index: number): { readonly colour: string; readonly dash: string } {
  const round = Math.floor(index / COLOURS)
  return { colour: `c${index % COLOURS}`, dash: `d${(index + round) % DASHES}` }
}

/** A piece of the line, for legends and in front of names. */
export function swatch(index: number): Markup {
  const { colour, dash } = looksOf(index)
  return html`<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true"><path class="line ${colour} ${dash}" d="M1 5h26"/></svg>`
}
