import { noDelayOption } from '../sockets/no-delay.ts'

export const sseOptions = noDelayOption
