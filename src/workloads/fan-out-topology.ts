import type { FanOutParameters } from './fan-out-parameters.ts'

/**
 * Who is where in a fan-out. Publishers have the lowest channels. Message n of the schedule is of publisher n mod
 * publishers, which publishes to every room in turn: source = publisher + publishers × room. Subscribers fill one room after the
 * other, because they are dealt out to processes in turn: so each room is in every process.
 */
export function topologyOf({ publishers, subscribers, rooms, slow }: FanOutParameters) {
  const slowOnes = slow?.subscribers ?? 0
  const slowBelow = (index: number) => Math.floor((index * slowOnes) / subscribers)
  return {
    rooms,
    /** All of them; rooms are numbered as sources above. */
    sources: publishers * rooms,
    roomOf: (source: number) => Math.floor(source / publishers),
    sourcesOf: (channel: number) =>
      channel < publishers ? Array.from({ length: rooms }, (_, room) => channel + publishers * room) : [],
    roomOfSubscriber: (channel: number) => Math.floor(((channel - publishers) * rooms) / subscribers),
    /** They are spread over the subscribers. */
    isSlow: (channel: number) => slowBelow(channel - publishers) < slowBelow(channel - publishers + 1),
  }
}
