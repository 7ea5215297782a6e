import type { Format } from '../reporter.ts'

/**
 * Every format of `rtbench report`, and of `rtbench run` beside its table; a flag each. Loaded on demand, so that a command pays only
 * for those that it was asked for. A new one is a file beside this one and an entry here.
 */
export const formats: readonly Format[] = [
  {
    name: 'html',
    summary: 'a report with charts, in one file that needs nothing else',
    load: async () => (await import('./html.ts')).htmlReporter,
  },
  {
    name: 'markdown',
    summary: 'Markdown as GitHub reads it, for pull requests and job summaries',
    load: async () => (await import('./markdown.ts')).markdownReporter,
  },
  {
    name: 'csv',
    summary: 'one row for each trial and metric, for spreadsheets',
    load: async () => (await import('./csv.ts')).csvReporter,
  },
  {
    name: 'junit',
    summary: 'JUnit XML: subjects, thresholds and gated comparisons as tests',
    load: async () => (await import('./junit.ts')).junitReporter,
  },
  {
    name: 'openmetrics',
    summary: 'OpenMetrics text, for Prometheus and its kin',
    load: async () => (await import('./openmetrics.ts')).openmetricsReporter,
  },
  {
    name: 'hgrm',
    summary: "percentile distributions for HdrHistogram's plotter, a file for each subject and point",
    load: async () => (await import('./hgrm.ts')).hgrmReporter,
  },
  {
    name: 'gha-benchmark',
    summary: 'latency, CPU and memory for github-action-benchmark (customSmallerIsBetter)',
    load: async () => (await import('./gha-benchmark.ts')).ghaBenchmarkReporter,
  },
  {
    name: 'gha-benchmark-bigger',
    summary: 'throughput and capacity for github-action-benchmark (customBiggerIsBetter)',
    load: async () => (await import('./gha-benchmark.ts')).ghaBenchmarkBiggerReporter,
  },
]
