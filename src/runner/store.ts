import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ExitCode, messageOf, UserError } from '../errors.ts'

/** Free space below which a run is not begun: a few hundred trials' records. */
const LEAST_FREE_BYTES = 16 * 1024 * 1024

/** Where the results of one run go. */
export interface Store {
  /** The result file: whole or not there. */
  readonly file: string
  /** Keeps one finished trial, until the result is written. */
  keepTrial(id: string, record: unknown): void
  writeResult(text: string): void
}

/**
 * Writes a file whole or not at all: beside its place, synced, then renamed.
 * @throws UserError when the disk is full or the folder cannot be written; nothing is left behind then
 */
export function writeAtomically(file: string, text: string): void {
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`)
  try {
    const descriptor = openSync(unfinished, 'w')
    try {
      writeAll(descriptor, Buffer.from(text))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(unfinished, file)
  } catch (thrown) {
    removeQuietly(unfinished)
    throw new UserError(`${file}: could not be written: ${messageOf(thrown)}`, ExitCode.invalidRun)
  }
}

/** Writes where a user pointed: through links, straight into what is no plain file (a pipe, `/dev/stdout`), else atomically. */
export function writeWherever(file: string, text: string): void {
  if (!existsSync(file) || statSync(file).isFile()) {
    writeAtomically(existsSync(file) ? realpathSync(file) : file, text)
    return
  }
  try {
    writeFileSync(file, text)
  } catch (thrown) {
    throw new UserError(`${file}: could not be written: ${messageOf(thrown)}`, ExitCode.invalidRun)
  }
}

/** @throws UserError before anything is measured, when a file a user pointed to cannot be written */
export function checkWherever(file: string): void {
  try {
    if (existsSync(file)) accessSync(file, constants.W_OK)
    // With the slash, that it is a folder is checked, too.
    else accessSync(join(dirname(resolve(file)), '/'), constants.W_OK)
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a folder')
  } catch (thrown) {
    throw new UserError(`${file}: cannot be written: ${messageOf(thrown)}; choose another file`)
  }
}

/** Whatever they are called. */
export function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }))
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev
}

/** The first failure is the one to be told. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // It could not even be looked for: the folder itself is gone, or no folder.
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
}

/**
 * Makes the output folder and proves that it can be written to, before anything is measured.
 * While a run goes on, its finished trials lie in `<run>.trials/`; a run that was killed leaves them there.
 * @throws UserError
 */
export function openStore(folder: string, runName: string): Store {
  let name = runName
  try {
    makeFolders(resolve(folder))
    // Another run of the same name may have begun in the same millisecond.
    for (let number = 2; !makeNew(join(folder, `${name}.trials`)); number++) name = `${runName}-${number}`
  } catch (thrown) {
    throw new UserError(
      `${folder}: results cannot be written there: ${messageOf(thrown)}; choose another folder with -o`,
    )
  }
  const trials = join(folder, `${name}.trials`)
  checkWritable(folder, trials)
  const file = join(folder, `${name}.json`)
  return {
    file,
    keepTrial: (id, record) => writeAtomically(join(trials, `${id}.json`), `${JSON.stringify(record)}\n`),
    writeResult(text) {
      try {
        writeAtomically(file, text)
      } catch (thrown) {
        const remedy = removedEmpty(trials)
          ? 'free some space, or choose another folder with -o'
          : `the trials that finished are in ${trials}`
        throw new UserError(`${messageOf(thrown)}; ${remedy}`, ExitCode.invalidRun)
      }
      rmSync(trials, { recursive: true, force: true })
    },
  }
}

/**
 * Whether results could go there, as far as can be told without making anything.
 * @throws UserError
 */
export function checkFolder(folder: string): void {
  let there = resolve(folder)
  while (!existsSync(there)) there = dirname(there)
  let why: string | undefined
  try {
    // With the slash, that it is a folder is checked, too.
    accessSync(join(there, '/'), constants.W_OK)
    why = fullnessOf(there)
  } catch (thrown) {
    why = messageOf(thrown)
  }
  if (why !== undefined)
    throw new UserError(`${folder}: results cannot be written there: ${why}; choose another folder with -o`)
}

/** Makes the folder, too. @returns the file @throws UserError like `writeAtomically` */
export function writeInto(folder: string, name: string, text: string): string {
  const file = join(folder, name)
  try {
    makeFolders(resolve(folder))
  } catch (thrown) {
    throw new UserError(`${file}: could not be written: ${messageOf(thrown)}`, ExitCode.invalidRun)
  }
  writeAtomically(file, text)
  return file
}

/** One by one: Node's own recursion never ends where the system lets nobody create a folder (`/proc`). */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return
  makeFolders(dirname(folder))
  makeNew(folder)
}

/** @returns false when it holds something, which stays */
function removedEmpty(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    // Not empty; or gone itself, and then there is nothing to keep, either.
    return !existsSync(folder)
  }
}

/** @returns false when there is one already */
function makeNew(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}

/** Too little space there is; undefined: enough. */
function fullnessOf(folder: string): string | undefined {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < LEAST_FREE_BYTES ? `only ${Math.floor((bavail * bsize) / 1024)} KiB are free` : undefined
}

function checkWritable(folder: string, trials: string): void {
  const refuse = (why: string): never => {
    rmSync(trials, { recursive: true, force: true })
    throw new UserError(`${folder}: results cannot be written there: ${why}; choose another folder with -o`)
  }
  try {
    writeAtomically(join(trials, 'probe.json'), '{}\n')
    rmSync(join(trials, 'probe.json'))
  } catch (thrown) {
    refuse(messageOf(thrown))
  }
  const full = fullnessOf(folder)
  if (full) refuse(full)
}
