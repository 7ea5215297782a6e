import type { FileReporter } from '../reporter.ts'
import { htmlReporter } from './html.ts'

/** Every format of `rtbench report`. A new one is a file beside this one and a line here. */
export const fileReporters: readonly FileReporter[] = [htmlReporter]
