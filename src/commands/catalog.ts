import type { View } from '../reporter.ts'
import type { Catalog } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import { loadTransport, transportNames, transportOptions } from '../transports/index.ts'
import type { Workload } from '../workload.ts'
import { workloads } from '../workloads/index.ts'

/** The names a scenario may use. */
export function catalog(): Catalog {
  return { transports: transportNames, options: transportOptions, workloads }
}

export function allTransports(): Promise<Transport[]> {
  return Promise.all(transportNames.map(loadTransport))
}

export function allWorkloads(): readonly Workload[] {
  return workloads
}

/** Where there is no terminal: the width that most logs and mails still show whole. */
const PLAIN_COLUMNS = 100

/** How to draw for a stream: its width, and colour only where it is a terminal and nobody objects (NO_COLOR). */
export function viewOf(stream: NodeJS.WriteStream): View {
  const columns = stream.isTTY ? stream.columns : Number(process.env.COLUMNS) || PLAIN_COLUMNS
  return { columns, colour: Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb' }
}
