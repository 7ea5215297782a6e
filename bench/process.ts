/** Clients that are not rtbench's: a process of their own that sends its figures and ends. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @throws Error when it ends without figures or is not done by `limitMs` */
export function figuresOf<Figures>(entry: string, args: readonly string[], limitMs: number): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(entry, import.meta.url)), args, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
    let figures: Figures | undefined
    child.once('error', reject)
    child.once('message', (message) => {
      figures = message as Figures
    })
    child.once('exit', (code, signal) => {
      clearTimeout(limit)
      if (figures === undefined) reject(new Error(`${entry} ended without figures (${signal ?? code})`))
      else resolve(figures)
    })
  })
}
