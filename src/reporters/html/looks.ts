/** How subjects look: eight colours that the colour-blind tell apart, each with a dash, so that paper without colour does, too. */
import { html, type Markup, name } from './markup.ts'

const COLOURS = 8
const DASHES = 5

/** Class names of the style sheet. The dash moves on with each round of colours: 40 subjects look different. */
export function looksOf(index: number): { readonly colour: string; readonly dash: string } {
  const round = Math.floor(index / COLOURS)
  return { colour: `c${index % COLOURS}`, dash: `d${(index + round) % DASHES}` }
}

/** A name with its look in front. */
export function subject(label: string, index: number): Markup {
  return html`<span class="subject">${swatch(index)}${name(label)}</span>`
}

/** A piece of the line. */
function swatch(index: number): Markup {
  const { colour, dash } = looksOf(index)
  return html`<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true"><path class="line ${colour} ${dash}" d="M1 5h26"/></svg>`
}
