import type { FileReporter, Reporter } from '../reporter.ts'
import { htmlReporter } from './html.ts'
import { jsonReporter } from './json.ts'
import { tableReporter } from './table.ts'

/** Every way to show a result. A new one is a file beside this one and a line here. */
export const reporters: readonly Reporter[] = [tableReporter, jsonReporter]

/** Every format of `rtbench report`. */
export const fileReporters: readonly FileReporter[] = [htmlReporter]
