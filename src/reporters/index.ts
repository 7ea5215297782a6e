import type { Reporter } from '../reporter.ts'
import { jsonReporter } from './json.ts'
import { tableReporter } from './table.ts'

/** Every way to show a result. A new one is a file beside this one and a line here. */
export const reporters: readonly Reporter[] = [tableReporter, jsonReporter]
