import type { Options, Scalars } from '../transport.ts'

/** The option of transports that set their sockets themselves. */
export const noDelayOption = {
  noDelay: {
    kind: 'flag',
    preset: true,
    text: 'Small messages leave at once; false: they wait for the acknowledgement of what is under way (Nagle).',
  },
} as const satisfies Scalars

/** For both ends of a socket. */
export function noDelayOf({ own }: Options): boolean {
  return own?.noDelay !== false
}
