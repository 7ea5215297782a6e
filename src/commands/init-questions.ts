/** Questions at a terminal, each with an answer that Enter takes. */
import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { ExitCode, messageOf, UserError } from '../errors.ts'

export interface Questions {
  /**
   * Asks until the answer is accepted.
   * @param accept throws UserError, which is shown, where it is not
   * @throws UserError when nobody answers any more: Ctrl-C, or the end of the input
   */
  ask(question: string, preset: string, accept: (answer: string) => void): Promise<string>
  tell(lines: readonly string[]): void
  close(): void
}

export function askAt(input: Readable, output: Writable): Questions {
  const lines = createInterface({ input, output })
  const ended = endOf(lines)
  const once = async (question: string): Promise<string> => Promise.race([lines.question(question), ended])
  return {
    async ask(question, preset, accept) {
      for (;;) {
        const answer = (await once(`${question} [${preset}]: `)).trim() || preset
        try {
          accept(answer)
          return answer
        } catch (thrown) {
          if (!(thrown instanceof UserError)) throw thrown
          output.write(`  ${messageOf(thrown)}\n`)
        }
      }
    },
    tell: (texts) => {
      for (const text of texts) output.write(`${text}\n`)
    },
    close: () => lines.close(),
  }
}

/** A question that is never answered would wait for ever. */
function endOf(lines: Interface): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new UserError('init: no more answers; nothing was written', ExitCode.interrupted)))
  })
  // Closed when all is answered, it is no failure.
  ended.catch(() => {})
  return ended
}
