import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Command {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  /** Resolves when standard error has shown the text. */
  said(text: string): Promise<void>
}

/** Starts the command line as a user would, without a terminal. @param limit a shell's `ulimit` for it, e.g. `-f 8` */
export function start(args: readonly string[], folder: string, limit?: string): Command {
  // A job that runs these tests is not what they are about.
  const env = { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', NO_COLOR: '1', COLUMNS: '100' }
  const script = `${limit === undefined ? '' : `ulimit ${limit}; `}exec "$0" "$@"`
  const command = ['-c', script, process.execPath, main, ...args]
  const child = spawn('/bin/sh', command, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  const waiting: Array<() => void> = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const look of waiting) look()
  })
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stderr.includes(text) && resolve()
        waiting.push(look)
        look()
        ended.then(({ stderr: all }) => reject(new Error(`it never said "${text}", but: ${all}`)), reject)
      }),
  }
}

export function rtbench(args: readonly string[], folder: string): Promise<Outcome> {
  return start(args, folder).ended
}

/** Runs a test in a folder of its own, which is gone afterwards. */
export async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rtbench-test-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Process ids of the children of a process, by Linux's own list. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort()
}
