/** What stands in every report, and the policy that lets nothing else run. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Markup } from './markup.ts'

/** Seen from `dist/src/reporters/html`. */
const own = (file: string) => readFileSync(new URL(`../../../../assets/${file}`, import.meta.url), 'utf8')

const require = createRequire(import.meta.url)
const library = (file: string) => readFileSync(require.resolve(`uplot/${file}`), 'utf8')

export interface Assets {
  readonly styles: Markup
  readonly scripts: Markup
  /** Content-Security-Policy: only these scripts and styles, by their hashes, and no network. */
  readonly policy: string
}

export function readAssets(): Assets {
  const licence = `/*!\nuPlot\n${library('LICENSE').trim()}\n*/\n`
  const style = `${licence}${library('dist/uPlot.min.css')}\n${own('report.css')}`
  const chart = `${licence}${library('dist/uPlot.iife.min.js')}`
  const script = own('report.js')
  for (const text of [style, chart, script]) {
    // Else it would end its own element.
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error('an asset of the HTML report cannot stand inline')
  }
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(chart)} ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]
  return {
    styles: new Markup(`<style>${style}</style>`),
    scripts: new Markup(`<script>${chart}</script>\n<script type="module">${script}</script>`),
    policy: policy.join('; '),
  }
}

/** For a page without scripts. @param more another of our style sheets */
export function readStyles(more: string): Omit<Assets, 'scripts'> {
  const style = `${own('report.css')}\n${own(more)}`
  if (/<\/style|<!--/i.test(style)) throw new Error('a style sheet cannot stand inline')
  const policy = ["default-src 'none'", `style-src ${hashOf(style)}`, "base-uri 'none'", "form-action 'none'"]
  return { styles: new Markup(`<style>${style}</style>`), policy: policy.join('; ') }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
