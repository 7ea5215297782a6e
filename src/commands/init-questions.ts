/** Questions at a terminal, each with an answer that Enter takes. */
import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { ExitCode, messageOf, UserError } from '../errors.ts'

export interface Questions {
  /**
   * Asks until the answer is accepted.
   * @param hint stands above the question
   * @param accept throws UserError, which is shown, where it is not
   * @throws UserError when nobody answers any more: Ctrl-C, or the end of the input
   */
  ask(question: string, preset: string, hint: readonly string[], accept: (answer: string) => void): Promise<string>
  close(): void
}

export function askAt(input: Readable, output: Writable): Questions {
  const lines = createInterface({ input, output })
  const ended = endOf(lines)
  const once = async (question: string): Promise<string> => {
    try {
      return await Promise.race([lines.question(question), ended])
    } catch (thrown) {
      // The cursor stands behind the question still.
      output.write('\n')
      throw thrown
    }
  }
  return {
    async ask(question, preset, hint, accept) {
      output.write(['', ...hint, ''].join('\n'))
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
    close: () => lines.close(),
  }
}

/** A question that is never answered would wait for ever. */
function endOf(lines: Interface): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new UserError('init: stopped; nothing was written', ExitCode.interrupted)))
  })
  // Closed when all is answered, it is no failure.
  ended.catch(() => {})
  return ended
}
