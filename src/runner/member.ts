import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Member, noProgress, type Progress, type Role } from '../control.ts'
import type { ReasonCode } from '../verdict.ts'
import type { RequestName, Requests, ToChild, ToController } from './ipc.ts'

const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))
/** A child that was told to stop and did not within this time is killed. */
const STOP_MS = 2_000
/** Of what a child wrote to stderr before it died, the end is kept. */
const LAST_WORDS = 2_000

/** A member ended before it answered. */
export class MemberEnded extends Error {
  override readonly name = 'MemberEnded'
}

/** A member answered that it could not do what it was asked. */
export class MemberFailed extends Error {
  override readonly name = 'MemberFailed'
  readonly code: ReasonCode | undefined

  constructor(message: string, code?: ReasonCode) {
    super(message)
    this.code = code
  }
}

type Answers = { resolve: (answer: never) => void; reject: (error: Error) => void }

/** Starts one process of a trial, led over Node's IPC channel; it ends by itself when the controller does. */
export function startMember(role: Role, index: number, group = ''): Member {
  const child: ChildProcess = fork(ENTRY, [`rtbench-${role}`, String(index)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Memory is compared without garbage.
    execArgv: ['--expose-gc'],
  })
  const pending = new Map<RequestName, Answers>()
  let progress: Progress = noProgress
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS)
  })

  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    // `close` and not `exit`: the last words may still be under way.
    child.once('close', (code, signal) => {
      const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`
      const words = lastWords.split('\n').find((line) => /Error|FATAL/.test(line))
      resolve(words ? `${how} (${words.trim()})` : how)
    })
  })
  ended.then((how) => {
    for (const { reject } of pending.values()) reject(new MemberEnded(`the ${role} process ${how}`))
    pending.clear()
  })

  child.on('message', (message: ToController) => {
    if ('progress' in message) {
      progress = message.progress
      return
    }
    const waiting = pending.get(message.answerTo)
    pending.delete(message.answerTo)
    if ('failure' in message) waiting?.reject(new MemberFailed(message.failure, message.code))
    else waiting?.resolve(message.answer as never)
  })

  const send = (message: ToChild): void => {
    // A child that is gone says so by `exit`; the failing write adds nothing to that.
    if (child.connected) child.send(message, () => {})
  }
  const request = <Name extends RequestName>(name: Name, ask: Requests[Name]['ask']) =>
    new Promise<Requests[Name]['answer']>((resolve, reject) => {
      if (!child.connected) {
        ended.then((how) => reject(new MemberEnded(`the ${role} process ${how}`)))
        return
      }
      pending.set(name, { resolve, reject })
      send({ request: name, ask } as ToChild)
    })

  return {
    role,
    index,
    group,
    pid: child.pid ?? 0,
    ended,
    get progress() {
      return progress
    },
    prepare: (assignment) => request('prepare', assignment),
    start: (window) => request('start', window),
    settle: (owed, deadlineNs) => request('settle', { owed, deadlineNs }),
    retire: () => request('retire', null),
    finish: () => request('finish', null),
    cut: () => send({ order: 'cut' }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || !child.pid) return
      const gone = once(child, 'exit')
      send({ order: 'stop' })
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
    freeze: (frozen) => {
      child.kill(frozen ? 'SIGSTOP' : 'SIGCONT')
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}
