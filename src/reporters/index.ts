import type { FileReporter, Reporter } from '../reporter.ts'
import { csvReporter } from './csv.ts'
import { ghaBenchmarkBiggerReporter, ghaBenchmarkReporter } from './gha-benchmark.ts'
import { hgrmReporter } from './hgrm.ts'
import { htmlReporter } from './html.ts'
import { jsonReporter } from './json.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'
import { openmetricsReporter } from './openmetrics.ts'
import { tableReporter } from './table.ts'

/** Every way to show a result. A new one is a file beside this one and a line here. */
export const reporters: readonly Reporter[] = [tableReporter, jsonReporter]

/** Every format of `rtbench report`, and of `rtbench run` beside its table. A flag each. */
export const fileReporters: readonly FileReporter[] = [
  htmlReporter,
  markdownReporter,
  csvReporter,
  junitReporter,
  openmetricsReporter,
  hgrmReporter,
  ghaBenchmarkReporter,
  ghaBenchmarkBiggerReporter,
]
