/**
 * The message header and the payload around it: the only place that stamps and reads them.
 *
 * The header is printable and of fixed width, so that text transports carry it as it is: digits to base 32
 * (`0-9a-v`), most significant first.
 *
 * | field    | at | digits | meaning                                                   |
 * | -------- | -- | ------ | --------------------------------------------------------- |
 * | kind     |  0 |  1     | what the message is to its workload                       |
 * | source   |  1 |  6     | number of the stream it belongs to                        |
 * | sequence |  7 |  8     | number within the stream, from 0                          |
 * | intended | 15 | 12     | intended send time, ns since the run's epoch              |
 * | lag      | 27 |  8     | actual minus intended send time, ns                       |
 * | position | 35 |  8     | position in a room, set by a server                       |
 * | check    | 43 |  5     | 25-bit checksum of all the other fields                   |
 */

export const HEADER_BYTES = 48

export type PayloadKind = 'text' | 'json' | 'binary'

export interface Payload {
  /** The whole message, header included. */
  readonly sizeBytes: number
  readonly kind: PayloadKind
}

/** Fields of one header. Mutable, so that a reader fills the same one for every message. */
export interface Header {
  kind: number
  source: number
  sequence: number
  intendedNs: number
  lagNs: number
  position: number
}

export interface Composer {
  /** @returns the process's one message buffer, stamped; overwritten by the next call */
  stamp(header: Readonly<Header>): Uint8Array
}

export interface MessageReader {
  /** The header of the last message whose head could be read. */
  readonly header: Header
  /** `damaged`: the head is good and the body is not. `unreadable`: the head is not good, either. */
  read(bytes: Uint8Array): 'good' | 'damaged' | 'unreadable'
}

/** A JSON object around header and filler, for applications whose messages have fields. */
export interface JsonShape {
  /** Fields that repeat digits of the header. */
  readonly copies: ReadonlyArray<{ readonly field: string; readonly of: 'source' | 'intended' }>
  /** The field of the filler. */
  readonly body: string
}

/** Where in the header the digits are that a field repeats, per the table above. */
const COPIED = { source: [1, 7], intended: [15, 27] } as const

interface Frame {
  readonly head: string
  /** Between header and filler; of copied digits the places. */
  readonly middle: string
  readonly tail: string
}

/** What surrounds the header and the body filler, by kind. */
const FRAMES: Record<PayloadKind, Frame> = {
  text: { head: '', middle: '', tail: '' },
  json: { head: '{"h":"', middle: '","d":"', tail: '"}' },
  binary: { head: '', middle: '', tail: '' },
}

function frameOf(kind: PayloadKind, shape?: JsonShape): Frame {
  if (!shape) return FRAMES[kind]
  const copies = shape.copies.map(({ field, of }) => `"${field}":"${'0'.repeat(COPIED[of][1] - COPIED[of][0])}",`)
  return { head: '{"h":"', middle: `",${copies.join('')}"${shape.body}":"`, tail: '"}' }
}

/** The smallest message of a kind; with a shape, whatever the kind. */
export function minimumPayloadBytes(kind: PayloadKind, shape?: JsonShape): number {
  const { head, middle, tail } = frameOf(kind, shape)
  return head.length + HEADER_BYTES + middle.length + tail.length
}

const DIGITS = Buffer.from('0123456789abcdefghijklmnopqrstuv', 'latin1')
const VALUES = new Int8Array(256).fill(-1)
DIGITS.forEach((code, value) => {
  VALUES[code] = value
})

const TWO_20 = 2 ** 20
const TWO_30 = 2 ** 30
/** Below this many body bytes a loop is quicker than a call into native code. */
const LOOP_BYTES = 96

/** A message of the right size with everything but the header in place. */
function template(payload: Payload, { head, middle, tail }: Frame): Buffer {
  const smallest = head.length + HEADER_BYTES + middle.length + tail.length
  if (payload.sizeBytes < smallest) throw new RangeError(`a ${payload.kind} message has at least ${smallest} bytes`)
  const bytes = Buffer.alloc(payload.sizeBytes)
  bytes.write(head, 0, 'latin1')
  const bodyAt = head.length + HEADER_BYTES + middle.length
  bytes.write(middle, head.length + HEADER_BYTES, 'latin1')
  // A fixed pseudo-random filler: neither trivially compressible nor different from run to run.
  let state = 0x9e3779b9
  for (let at = bodyAt; at < bytes.length - tail.length; at++) {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5
    const random = (state ^ (state >>> 13)) >>> 0
    bytes[at] = payload.kind === 'binary' ? random & 0xff : (DIGITS[random & 31] ?? 0)
  }
  bytes.write(tail, bytes.length - tail.length, 'latin1')
  return bytes
}

/** Two digits at once: a header is stamped for every message, and the digits are most of that. */
const PAIRS = Uint16Array.from({ length: 1024 }, (_, value) => {
  const [high = 0, low = 0] = [DIGITS[value >>> 5], DIGITS[value & 31]]
  return (high << 8) | low
})

/** Writes `value` (below 2^20) as 4 digits. */
function writeFour(view: DataView, at: number, value: number): void {
  view.setUint16(at, PAIRS[value >>> 10] as number)
  view.setUint16(at + 2, PAIRS[value & 1023] as number)
}

/** Writes `value` (below 2^30) as 6 digits. */
function writeSix(view: DataView, at: number, value: number): void {
  view.setUint16(at, PAIRS[value >>> 20] as number)
  writeFour(view, at + 2, value & 0xfffff)
}

/** What `at` says as a digit; -1 where it is none, which makes all that it is shifted and joined into negative. */
function digit(bytes: Uint8Array, at: number): number {
  return VALUES[bytes[at] as number] as number
}

function readFour(bytes: Uint8Array, at: number): number {
  return (digit(bytes, at) << 15) | (digit(bytes, at + 1) << 10) | (digit(bytes, at + 2) << 5) | digit(bytes, at + 3)
}

function readSix(bytes: Uint8Array, at: number): number {
  return (digit(bytes, at) << 25) | (digit(bytes, at + 1) << 20) | readFour(bytes, at + 2)
}

/** 25 bits over all fields, each given as halves below 2^31. */
function checksum(kind: number, source: number, seq: number, high: number, low: number, lag: number, pos: number) {
  let sum = Math.imul(seq ^ 0x9e3779b9, 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 15) ^ source, 0xc2b2ae35)
  sum = Math.imul(sum ^ (sum >>> 13) ^ low, 0x27d4eb2f)
  sum = Math.imul(sum ^ (sum >>> 15) ^ high, 0x165667b1)
  sum = Math.imul(sum ^ (sum >>> 13) ^ lag, 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 15) ^ pos ^ kind, 0xc2b2ae35)
  return (sum ^ (sum >>> 16)) & 0x1ffffff
}

/** Digits that a message has twice. */
interface Copy {
  readonly from: number
  readonly to: number
  /** Where they are repeated. */
  readonly at: number
}

function copiesOf(headerAt: number, shape?: JsonShape): Copy[] {
  // Behind the header and its quotation mark and comma, each field as `frameOf` writes it.
  let at = headerAt + HEADER_BYTES + 2
  return (shape?.copies ?? []).map(({ field, of }) => {
    const [from, to] = COPIED[of]
    const copy = { from: headerAt + from, to: headerAt + to, at: at + field.length + 4 }
    at = copy.at + to - from + 2
    return copy
  })
}

/** Stamps messages of one payload in place. All fields are whole and non-negative; sequence, lag, position < 2^40. */
export function composer(payload: Payload, shape?: JsonShape): Composer {
  const frame = frameOf(payload.kind, shape)
  const bytes = template(payload, frame)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = frame.head.length
  const copies = copiesOf(at, shape)
  const wide = (start: number, value: number): number => {
    const high = Math.floor(value / TWO_20)
    const low = value - high * TWO_20
    writeFour(view, start, high)
    writeFour(view, start + 4, low)
    return high ^ Math.imul(low, 0x9e3779b1)
  }
  return {
    stamp(header) {
      const timeHigh = Math.floor(header.intendedNs / TWO_30)
      const timeLow = header.intendedNs - timeHigh * TWO_30
      bytes[at] = DIGITS[header.kind & 31] as number
      writeSix(view, at + 1, header.source)
      const sequence = wide(at + 7, header.sequence)
      writeSix(view, at + 15, timeHigh)
      writeSix(view, at + 21, timeLow)
      const lag = wide(at + 27, header.lagNs)
      const position = wide(at + 35, header.position)
      const check = checksum(header.kind & 31, header.source, sequence, timeHigh, timeLow, lag, position)
      bytes[at + 43] = DIGITS[check >>> 20] as number
      writeFour(view, at + 44, check & 0xfffff)
      if (copies.length > 0) for (const copy of copies) bytes.copyWithin(copy.at, copy.from, copy.to)
      return bytes
    },
  }
}

/** Reads messages of one payload; compares every byte with what was composed. */
export function messageReader(payload: Payload, shape?: JsonShape): MessageReader {
  const frame = frameOf(payload.kind, shape)
  const expected = template(payload, frame)
  const at = frame.head.length
  const copies = copiesOf(at, shape)
  const bodyAt = at + HEADER_BYTES
  const header: Header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }

  const sameBetween = (bytes: Uint8Array, from: number, to: number): boolean => {
    if (to - from > LOOP_BYTES) return expected.compare(bytes, from, to, from, to) === 0
    for (let index = from; index < to; index++) if (bytes[index] !== expected[index]) return false
    return true
  }

  const sameBody = (bytes: Uint8Array): boolean => {
    if (copies.length === 0) return sameBetween(bytes, bodyAt, expected.length)
    let from = bodyAt
    for (const copy of copies) {
      const length = copy.to - copy.from
      if (!sameBetween(bytes, from, copy.at)) return false
      for (let index = 0; index < length; index++) {
        if (bytes[copy.at + index] !== bytes[copy.from + index]) return false
      }
      from = copy.at + length
    }
    return sameBetween(bytes, from, expected.length)
  }

  return {
    header,
    read(bytes) {
      if (bytes.length < bodyAt) return 'unreadable'
      const kind = digit(bytes, at)
      const source = readSix(bytes, at + 1)
      const seqHigh = readFour(bytes, at + 7)
      const seqLow = readFour(bytes, at + 11)
      const timeHigh = readSix(bytes, at + 15)
      const timeLow = readSix(bytes, at + 21)
      const lagHigh = readFour(bytes, at + 27)
      const lagLow = readFour(bytes, at + 31)
      const posHigh = readFour(bytes, at + 35)
      const posLow = readFour(bytes, at + 39)
      if ((kind | source | seqHigh | seqLow | timeHigh | timeLow | lagHigh | lagLow | posHigh | posLow) < 0) {
        return 'unreadable'
      }
      const check = checksum(
        kind,
        source,
        seqHigh ^ Math.imul(seqLow, 0x9e3779b1),
        timeHigh,
        timeLow,
        lagHigh ^ Math.imul(lagLow, 0x9e3779b1),
        posHigh ^ Math.imul(posLow, 0x9e3779b1),
      )
      if (check !== ((digit(bytes, at + 43) << 20) | readFour(bytes, at + 44))) return 'unreadable'
      header.kind = kind
      header.source = source
      header.sequence = seqHigh * TWO_20 + seqLow
      header.intendedNs = timeHigh * TWO_30 + timeLow
      header.lagNs = lagHigh * TWO_20 + lagLow
      header.position = posHigh * TWO_20 + posLow
      const whole = bytes.length === expected.length
      return whole && sameBetween(bytes, 0, at) && sameBody(bytes) ? 'good' : 'damaged'
    },
  }
}
