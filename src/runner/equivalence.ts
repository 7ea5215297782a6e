import { composer } from '../message.ts'
import type { Settings } from '../scenario.ts'
import type { Channel, Dialer, Hello, Receiver, ServerChannel } from '../transport.ts'

/**
 * Before anything is measured, known messages go both ways and must come back byte for byte, so that no transport wins
 * by carrying less. They travel on a channel of their own, which names itself in its hello.
 */
export const EQUIVALENCE_HELLO: Hello = { purpose: 'equivalence' }

const TIMEOUT_MS = 10_000

export function isEquivalenceCheck(hello: Hello): boolean {
  return hello.purpose === EQUIVALENCE_HELLO.purpose
}

/** The server's half: returns what it gets. */
export function returnAll<F>(channel: ServerChannel<F>): Receiver {
  return {
    message: (bytes) => {
      channel.send(bytes)
    },
    closed() {},
  }
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

/** @throws NotEquivalent that says which message did not come back as it was sent */
export async function checkEquivalence(dialer: Dialer, settings: Settings, timeoutMs = TIMEOUT_MS): Promise<void> {
  const messages = knownMessages(settings)
  let timer: NodeJS.Timeout | undefined
  let channel: Channel | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      let next = 0
      const refuse = (why: string) => reject(new NotEquivalent(`the equivalence check failed: ${why}`))
      const allCame = () => next === messages.length
      const late = () =>
        allCame() ? 'its channel did not close' : `message ${next} of ${messages.length} never came back`
      timer = setTimeout(() => refuse(late()), timeoutMs)
      const receiver: Receiver = {
        message(bytes) {
          if (allCame()) return refuse(`message ${next - 1} came back more than once`)
          if (!messages[next]?.equals(bytes)) return refuse(`message ${next} came back changed (${bytes.length} bytes)`)
          next++
          // Whatever the server sent beside arrives before its goodbye.
          if (allCame()) channel?.close()
        },
        closed({ error }) {
          if (allCame() && !error) resolve()
          else refuse(`the channel closed${error ? `: ${error.message}` : ''}`)
        },
      }
      dialer.connect(receiver, EQUIVALENCE_HELLO).then((opened) => {
        channel = opened
        for (const message of messages) opened.send(message)
      }, reject)
    })
  } finally {
    clearTimeout(timer)
    channel?.close()
  }
}
