/** The reader of stored results; what it refuses, it refuses in one line. */
import { messageOf, UserError } from './errors.ts'
import { type Calibration, type Result, resultSchema, schemaVersion, storedCalibrationSchema } from './result.ts'

/** Text from a foreign file as part of a one-line message. */
const printable = (text: string) =>
  JSON.stringify(text.slice(0, 120))
    .slice(1, -1)
    .replace(/[\x7f-\x9f]/g, '?')

/** `trials[3].counts.sent` */
const place = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${printable(String(key))}`))
    .join('')
    .replace(/^\./, '')

const remedy = 'choose a file that rtbench wrote'

/** No result nests so deep; what reads one later is recursive. */
const DEEPEST = 64

/** @param text JSON, so that every quote that is not escaped opens or closes a string */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    if (depth > DEEPEST) return true
  }
  return false
}

function versionOf(json: unknown): string | undefined {
  const version = typeof json === 'object' && json !== null && 'schemaVersion' in json ? json.schemaVersion : undefined
  return typeof version === 'string' && /^\d+\.\d+$/.test(version) ? version : undefined
}

/**
 * Reads a stored result. Unknown fields are ignored, and not kept.
 * @param file only named in errors
 * @throws UserError, one line: not JSON, not a result, a field of a wrong type, or another major version
 */
export function parseResult(text: string, file: string): Result {
  return read(text, file, resultSchema)
}

/**
 * Reads the calibration of a file that `rtbench doctor` wrote, or of a result that has one.
 * @throws UserError like `parseResult`, and when there is none in it
 */
export function parseCalibration(text: string, file: string): Calibration {
  const { calibration } = read(text, file, storedCalibrationSchema)
  if (calibration === null)
    throw new UserError(`${file}: a result without a calibration; make one with "rtbench doctor --json FILE"`)
  return calibration
}

function isCalibration(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'calibration' in json && !('trials' in json)
}

interface Schema<T> {
  safeParse(json: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false
        readonly error: { readonly issues: ReadonlyArray<{ path: readonly PropertyKey[]; message: string }> }
      }
}

function read<T>(text: string, file: string, schema: Schema<T>): T {
  if (text.trim() === '') throw new UserError(`${file}: the file is empty; ${remedy}`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (thrown) {
    throw new UserError(`${file}: not complete JSON: ${printable(messageOf(thrown))}; ${remedy}`)
  }
  if (isTooDeep(text)) throw new UserError(`${file}: nests deeper than ${DEEPEST} levels, as no result does; ${remedy}`)
  const theirs = versionOf(json)
  if (theirs === undefined) throw new UserError(`${file}: not an rtbench result: it has no schemaVersion; ${remedy}`)
  if (theirs.split('.')[0] !== schemaVersion.split('.')[0]) {
    throw new UserError(`${file}: schemaVersion ${theirs}, this rtbench reads ${schemaVersion}; use a matching rtbench`)
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  if (schema !== storedCalibrationSchema && isCalibration(json))
    throw new UserError(
      `${file}: is a calibration of "rtbench doctor", not a result; choose a file that "rtbench run" wrote`,
    )
  const { issues } = parsed.error
  const [first] = issues
  const what = first ? `${place(first.path)}: ${printable(first.message)}` : 'malformed'
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  throw new UserError(`${file}: not a valid result: ${what}${more}; ${remedy}`)
}
