import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { messageOf, UserError } from '../errors.ts'
import { escapeText } from './quote.ts'

/** Text that stands in no file. */
export interface NamedText {
  /** In the place of a file's name in errors. */
  readonly name: string
  readonly text: string
}

export interface TextFile {
  /** As the user wrote it, control characters escaped. */
  readonly file: string
  readonly text: string
  /** Of the bytes, in hex. */
  readonly sha256: string
}

/** What the system's error codes mean to a user. */
const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path',
  ENOTDIR: 'there is no such file; a part of the path is not a directory',
  EACCES: 'the file may not be read; check its permissions',
  EPERM: 'the file may not be read; check its permissions',
  ELOOP: 'the file is a symbolic link to itself; name the file meant',
  ENAMETOOLONG: 'the path is too long; check it',
  ERR_INVALID_ARG_VALUE: 'the path has a null byte in it; check the path',
}

function causeOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return CAUSES[code] ?? `the file cannot be read (${escapeText(messageOf(thrown))}); check the path`
}

/** Reads at most `limitBytes`, and fails before reading when there is more. */
function readBytes(path: string, file: string, limitBytes: number): Buffer {
  const fail = (text: string): never => {
    throw new UserError(`${file}: ${text}`)
  }
  // Before opening: to open a named pipe would wait for its writer.
  const { size, ...kind } = describe(path)
  if (kind.directory) return fail('this is a directory; name a file in it')
  if (!kind.regular) return fail('this is not a regular file; name one')
  if (size > limitBytes) return fail(`the file is too large, got ${size} bytes; at most ${limitBytes} are read`)
  const descriptor = openSync(path, 'r')
  try {
    // One byte more than allowed, to notice a file that grew since.
    const bytes = Buffer.alloc(Math.min(fstatSync(descriptor).size, limitBytes) + 1)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null)
      if (read === 0) return bytes.subarray(0, length)
      length += read
    }
    return fail('the file grows while it is read; try again when it is complete')
  } finally {
    closeSync(descriptor)
  }
}

function describe(path: string): { directory: boolean; regular: boolean; size: number } {
  const stats = statSync(path)
  return { directory: stats.isDirectory(), regular: stats.isFile(), size: stats.size }
}

/**
 * A whole text file of bounded size, without its byte order mark.
 * @throws UserError when it is missing, a directory, unreadable, too large or not UTF-8 text
 */
export function readTextFile(path: string, limitBytes: number): TextFile {
  const file = escapeText(path)
  let bytes: Buffer
  try {
    bytes = readBytes(path, file, limitBytes)
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown
    throw new UserError(`${file}: ${causeOf(thrown)}`)
  }
  const binary = () => new UserError(`${file}: the file is not UTF-8 text, got binary data; save it as UTF-8`)
  if (bytes.includes(0)) throw binary()
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The decoder's only failure is a byte sequence that is not UTF-8.
    throw binary()
  }
  return { file, text, sha256: sha256Of(bytes) }
}

/** In hex. */
function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** @throws UserError when it is too large */
export function asTextFile({ name, text }: NamedText, limitBytes: number): TextFile {
  const file = escapeText(name)
  const size = Buffer.byteLength(text)
  if (size > limitBytes) throw new UserError(`${file}: the text has ${size} bytes; at most ${limitBytes} are read`)
  return { file, text: text.replace(/^\uFEFF/, ''), sha256: sha256Of(text) }
}
