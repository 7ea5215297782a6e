/** Every form of the decision page that goes to a file. */
import { decisionHtml } from './html.ts'
import { decisionMarkdown } from './markdown.ts'
import type { PageWords } from './words.ts'

/** By the names of the formats. */
export const decisionForms: ReadonlyMap<string, (words: PageWords) => string> = new Map([
  ['html', decisionHtml],
  ['markdown', decisionMarkdown],
])
