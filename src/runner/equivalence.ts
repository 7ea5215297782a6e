import { createHash } from 'node:crypto'
import { composer } from '../message.ts'
import type { Settings } from '../scenario.ts'
import type { Channel, Dialer, Hello, Receiver, ServerChannel, Traits } from '../transport.ts'

/**
 * Before anything is measured, known messages go both ways and must come back byte for byte, so that no transport wins
 * by carrying less. They travel on a channel of their own, which names itself in its hello. Where the server answers
 * only at the end, it answers with a digest of what it got.
 */
const EQUIVALENCE_HELLO: Hello = { purpose: 'equivalence' }

const TIMEOUT_MS = 10_000

export function isEquivalenceCheck(hello: Hello): boolean {
  return hello.purpose === EQUIVALENCE_HELLO.purpose
}

/** The server's half: returns what it gets. */
export function returnAll<F>(channel: ServerChannel<F>, { answers }: Pick<Traits, 'answers'>): Receiver {
  const digests: string[] = []
  return {
    message(bytes) {
      if (answers === 'end') digests.push(digestOf(bytes))
      else channel.send(bytes)
    },
    end() {
      if (answers === 'end') channel.send(Buffer.from(digests.join(' ')))
    },
    closed() {},
  }
}

/** Length and SHA-256 of a message: `4:9f86d0…`. A server's answer at the end has them of all messages, with spaces between. */
function digestOf(bytes: Uint8Array): string {
  return `${bytes.length}:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The known messages: empty, one byte, newlines in every place, several bytes a character, the scenario's own. */
export function knownMessages(settings: Settings): Buffer[] {
  const texts = [
    '',
    'x',
    '\n',
    'a\nb',
    '\nleading',
    'trailing\n',
    'two\n\nlines',
    ' leading space',
    'data: a\n: b',
    '§ é 漢 🚀',
  ]
  const messages = texts.map((text) => Buffer.from(text))
  if (settings.payload.kind === 'binary')
    messages.push(Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)))
  const header = { kind: 1, source: 7, sequence: 11, intendedNs: 13, lagNs: 17, position: 19 }
  messages.push(Buffer.from(composer(settings.payload).stamp(header)))
  return messages
}

/** The transport does not do the same work as the others. */
export class NotEquivalent extends Error {
  override readonly name = 'NotEquivalent'
}

/** What the client awaits for what it sends. */
interface Exam {
  readonly sends: readonly Buffer[]
  /** In this order. */
  readonly replies: readonly Buffer[]
  readonly answersAtEnd: boolean
}

/** @returns what is wrong with the reply of the given number */
function faultOf({ sends, replies, answersAtEnd }: Exam, at: number, reply: Uint8Array): string | undefined {
  const last = replies.length - 1
  if (at > last) return `${answersAtEnd ? 'the answer' : `message ${last}`} came back more than once`
  if (replies[at]?.equals(reply)) return undefined
  if (!answersAtEnd) return `message ${at} came back changed (${reply.length} bytes)`
  const arrived = Buffer.from(reply).toString().split(' ')
  const first = sends.findIndex((message, index) => arrived[index] !== digestOf(message))
  if (first === -1) return `${arrived.length} messages arrived where ${sends.length} were sent`
  const got = arrived[first]
  return got === undefined
    ? `message ${first} of ${sends.length} never arrived`
    : `message ${first} arrived changed (by the server's digest, ${got.split(':')[0]} bytes)`
}

/** @throws NotEquivalent that says which message did not come back, or arrive, as it was sent */
export async function checkEquivalence(
  dialer: Dialer,
  settings: Settings,
  { answers, ordered }: Pick<Traits, 'answers' | 'ordered'>,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  const sends = knownMessages(settings)
  const answersAtEnd = answers === 'end'
  const replies = answersAtEnd ? [Buffer.from(sends.map(digestOf).join(' '))] : sends
  const exam: Exam = { sends, replies, answersAtEnd }
  let timer: NodeJS.Timeout | undefined
  let channel: Channel | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      let next = 0
      const refuse = (why: string) => reject(new NotEquivalent(`the equivalence check failed: ${why}`))
      const allCame = () => next === replies.length
      const late = () => {
        if (allCame()) return 'its channel did not close'
        return answersAtEnd ? 'the answer never came' : `message ${next} of ${replies.length} never came back`
      }
      const send = (from: number, to: number) => {
        for (const message of sends.slice(from, to)) channel?.send(message)
      }
      timer = setTimeout(() => refuse(late()), timeoutMs)
      const receiver: Receiver = {
        message(bytes) {
          const fault = faultOf(exam, next, bytes)
          if (fault) return refuse(fault)
          next++
          // Whatever the server sent beside arrives before its goodbye.
          if (allCame()) channel?.close()
          else if (!ordered) send(next, next + 1)
        },
        closed({ error }) {
          if (allCame() && !error) resolve()
          else refuse(`the channel closed${error ? `: ${error.message}` : ''}`)
        },
      }
      dialer.connect(receiver, EQUIVALENCE_HELLO).then((opened) => {
        channel = opened
        // Messages that may overtake each other go one by one.
        send(0, ordered ? sends.length : 1)
        if (answersAtEnd) opened.end()
      }, reject)
    })
  } finally {
    clearTimeout(timer)
    channel?.close()
  }
}
