import { noDelayOption } from '../sockets/no-delay.ts'
import type { Options, Scalars } from '../transport.ts'

export const wsOptions = {
  ...noDelayOption,
  compression: {
    kind: 'flag',
    preset: false,
    text: 'Every message is compressed (permessage-deflate), with what was sent before as its dictionary.',
  },
} as const satisfies Scalars

export function isCompressed({ own }: Options): boolean {
  return own?.compression === true
}
