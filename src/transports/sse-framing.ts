/**
 * Messages as the events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), and back.
 */
import { StringDecoder } from 'node:string_decoder'
import { createParser, type EventSourceParser, type ParserCallbacks } from 'eventsource-parser'

const LF = 0x0a
/** The space is for the reader to strip, so that a line may begin with one. */
const DATA = Buffer.from('data: ')
const BYTE_ORDER_MARK = '\ufeff'

/** @returns nothing without an id, or for one with a character that would end the field or void it */
export function idLineOf(id: string | undefined): string {
  return id === undefined || /[\r\n\0]/.test(id) ? '' : `id: ${id}\n`
}

/** Binary messages travel as base64 where only text can. */
export function base64Of(message: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(message.buffer, message.byteOffset, message.length).toString('base64'), 'latin1')
}

/** What `writeEvent` will write. */
export function eventBytes(text: Uint8Array, idLine: string): number {
  let lines = 1
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1)) lines++
  // The LFs of the text end all lines but the last; that one ends with an LF, too, and another one ends the event.
  return Buffer.byteLength(idLine) + lines * DATA.length + text.length + 2
}

/** Writes the event of a message: a `data:` line for each line of it. */
export function writeEvent(buffer: Buffer, start: number, text: Uint8Array, idLine: string): void {
  let at = idLine === '' ? start : start + buffer.write(idLine, start)
  let from = 0
  for (;;) {
    buffer.set(DATA, at)
    at += DATA.length
    const next = text.indexOf(LF, from) + 1
    const line = next === 0 ? text.subarray(from) : text.subarray(from, next)
    buffer.set(line, at)
    at += line.length
    if (next === 0) break
    from = next
  }
  buffer[at] = LF
  buffer[at + 1] = LF
}

/** Events, retry times and comments out of a stream whose pieces may split characters. */
export class EventReader {
  readonly #parser: EventSourceParser
  /** A quarter of the time of a `TextDecoder` that streams; it leaves a byte order mark in. */
  #decoder = new StringDecoder('utf8')
  #isFirst = true

  constructor(callbacks: ParserCallbacks) {
    this.#parser = createParser(callbacks)
  }

  feed(chunk: Buffer): void {
    let text = this.#decoder.write(chunk)
    if (this.#isFirst && text !== '') {
      this.#isFirst = false
      if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1)
    }
    this.#parser.feed(text)
  }
}
