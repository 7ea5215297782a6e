/** The comment by which an editor finds the schema of a scenario. */
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const SCHEMA = 'scenario.schema.json'
const OWN = fileURLToPath(new URL(`../../../scenarios/${SCHEMA}`, import.meta.url))

/**
 * @param file of the scenario
 * @returns comment lines: a relative path where rtbench is installed in a folder above, which is the same for everybody who
 * installs it there; else the path on this machine, and how to do without
 */
export function schemaLines(file: string): string[] {
  const folder = dirname(resolve(file))
  for (let above = folder; ; above = dirname(above)) {
    const installed = join(above, 'node_modules', 'rtbench', 'scenarios', SCHEMA)
    if (existsSync(installed)) {
      const path = relative(folder, installed)
      return [lineFor(path.startsWith('.') ? path : `./${path}`)]
    }
    if (above === dirname(above)) break
  }
  return [
    lineFor(pathToFileURL(OWN).href),
    '# That is where it is on this machine. For a schema beside this file, to go with it wherever it goes:',
    `# rtbench schema > ${SCHEMA}, and $schema=./${SCHEMA} in the first line.`,
  ]
}

function lineFor(schema: string): string {
  return `# yaml-language-server: $schema=${schema}`
}
