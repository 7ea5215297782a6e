import type { Role } from '../control.ts'
import type { WireBytes } from '../transport.ts'

/** Messages that crossed the channels of one process, and their payload bytes. */
export interface Traffic {
  sent: number
  sentBytes: number
  received: number
  receivedBytes: number
}

export function noTraffic(): Traffic {
  return { sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 }
}

/** The same by direction. Up: client to server. */
export function byDirection(traffic: Readonly<Traffic>, role: Role): { payload: WireBytes; messages: WireBytes } {
  const { sent, sentBytes, received, receivedBytes } = traffic
  return role === 'client'
    ? { payload: { up: sentBytes, down: receivedBytes }, messages: { up: sent, down: received } }
    : { payload: { up: receivedBytes, down: sentBytes }, messages: { up: received, down: sent } }
}
