import { composer, type Header, messageReader, minimumPayloadBytes, type Payload } from '../message.ts'
import type { Pair } from '../workload.ts'

/**
 * What an acknowledgement is made of: a header of its own, whatever the payload is. `sequence` and `position` name a range
 * of messages that came: [sequence, sequence + position). One record does where nothing is missing; no record at all
 * says that the message which is answered was no good.
 */
const RECORD: Payload = { kind: 'text', sizeBytes: minimumPayloadBytes('text') }

/** @returns writes an acknowledgement of the source's ranges; the bytes are good until the next call */
export function acknowledgementWriter(): (source: number, ranges: readonly Pair[]) => Uint8Array {
  const record = composer(RECORD)
  const header: Header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  const stamp = (source: number, [from, to]: Pair): Uint8Array => {
    header.source = source
    header.sequence = from
    header.position = to - from
    return record.stamp(header)
  }
  return (source, ranges) => {
    const [only, ...others] = ranges
    if (only && others.length === 0) return stamp(source, only)
    const bytes = new Uint8Array(ranges.length * RECORD.sizeBytes)
    for (const [index, range] of ranges.entries()) bytes.set(stamp(source, range), index * RECORD.sizeBytes)
    return bytes
  }
}

/** What somebody who waits for an acknowledgement is told of it. */
export interface Acknowledged {
  /** @param bytes of the acknowledgement */
  range(from: number, to: number, bytes: number): void
  damaged(bytes: number): void
}

/** @returns reads acknowledgements of the source */
export function acknowledgementReader(source: number, acknowledged: Acknowledged): (bytes: Uint8Array) => void {
  const { header, read } = messageReader(RECORD)
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += RECORD.sizeBytes) {
      const record = bytes.subarray(at, at + RECORD.sizeBytes)
      if (read(record) !== 'good' || header.source !== source) acknowledged.damaged(record.length)
      else acknowledged.range(header.sequence, header.sequence + header.position, record.length)
    }
  }
}
