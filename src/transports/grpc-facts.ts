/** Facts of the protocol that several of gRPC's modes have in common. */
import type { Fact } from '../transport.ts'

export const payloads: Fact = {
  holds: 'partly',
  because:
    'a message is bytes with a length (gRPC over HTTP/2): text travels as well, but nothing in the frame says which came',
}

/** Of a mode whose stream comes down from the server. */
export const brokenStream: Fact = {
  holds: 'no',
  because:
    'a broken stream has to be called anew, with nothing of the old one: retries of gRPC end once a response has begun (gRPC proposal A6)',
}
