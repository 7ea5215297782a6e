/** Reports as files: which ones flags ask for, whether they can be written, and writing them. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, parse, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import type { Format, Run } from '../reporter.ts'
import { formats } from '../reporters/index.ts'
import { checkWherever, writeWherever } from '../runner/store.ts'
import { mergeRuns } from '../stats/merge.ts'

export interface ReportFile {
  readonly format: Format
  /** `-` is standard output. */
  readonly file: string
}

/** @param flags as commander gives them: `gha-benchmark` is `ghaBenchmark` */
export function reportFilesOf(flags: object): ReportFile[] {
  const given = new Map<string, unknown>(Object.entries(flags))
  return formats.flatMap((format) => {
    const key = format.name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const file = given.get(key)
    return typeof file === 'string' ? [{ format, file }] : []
  })
}

/** What else the command reads and writes. */
export interface Around {
  /** E.g. `{ files: ['echo.yaml'], what: 'the scenario itself' }`: no report goes over one of these. */
  readonly inputs: ReadonlyArray<{ readonly files: readonly string[]; readonly what: string }>
  readonly json?: string | undefined
}

/** @throws UserError before anything is read or measured, when a report cannot be written, or would go over something else */
export function checkReportFiles(wanted: readonly ReportFile[], { inputs, json }: Around): void {
  const outputs = [
    ...(json === undefined ? [] : [{ flag: '--json', file: json }]),
    ...wanted.map(({ format, file }) => ({ flag: `--${format.name}`, file })),
  ]
  const taken = new Map<string, string>()
  for (const { flag, file } of outputs) {
    // What `--json` may be has a check of its own.
    if (file !== '-' && flag !== '--json') {
      checkWherever(file)
      refuseInput(flag, file, inputs)
    }
    const place = file === '-' ? '-' : placeOf(file)
    const other = taken.get(place)
    if (other !== undefined) {
      const where = file === '-' ? 'standard output' : file
      throw new UserError(`${flag} ${file}: ${other} goes to ${where} already; choose another file`)
    }
    if (file === '-' || isPlain(file)) taken.set(place, flag)
  }
}

/** @returns the files that were written */
export async function writeReports(
  wanted: readonly ReportFile[],
  runs: readonly Run[],
  around: Around,
): Promise<string[]> {
  const chapters = mergeRuns(runs)
  const written: string[] = []
  for (const { format, file } of wanted) {
    const reporter = await format.load()
    const parts = isPlain(file) ? (reporter.parts?.(chapters) ?? []) : []
    if (parts.length < 2) {
      const text = reporter.render(chapters)
      if (file === '-') process.stdout.write(text)
      else {
        writeWherever(file, text)
        written.push(file)
      }
      continue
    }
    const { dir, name, ext } = parse(file)
    for (const part of parts) {
      const own = join(dir, `${name}-${part.name}${ext}`)
      refuseInput(`--${format.name}`, own, around.inputs)
      writeWherever(own, part.text)
      written.push(own)
    }
  }
  return written
}

function refuseInput(flag: string, file: string, inputs: Around['inputs']): void {
  const place = placeOf(file)
  for (const { files, what } of inputs) {
    if (isPlain(file) && files.some((input) => placeOf(input) === place))
      throw new UserError(`${flag} ${file}: that is ${what}; choose another file`)
  }
}

/** Not standard output, a pipe or a device: what is written replaces what was there. */
function isPlain(file: string): boolean {
  return file !== '-' && (!existsSync(file) || statSync(file).isFile())
}

/** The same for the same file, by whatever name. */
function placeOf(file: string): string {
  const there = statSync(file, { throwIfNoEntry: false })
  if (there) return `${there.dev}:${there.ino}`
  const folder = dirname(resolve(file))
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(file))
}
