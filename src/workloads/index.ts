import type { Workload } from '../workload.ts'
import { chat } from './chat.ts'
import { connect } from './connect.ts'
import { echo } from './echo.ts'
import { fanOut } from './fan-out.ts'
import { idle } from './idle.ts'
import { reconnect } from './reconnect.ts'
import { stream } from './stream.ts'
import { upload } from './upload.ts'

/** Every workload there is. A new one is a file beside this one and a line here. */
export const workloads: readonly Workload[] = [echo, fanOut, idle, stream, upload, connect, reconnect, chat]

export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name)
  if (!found) throw new Error(`no workload is called ${name}`)
  return found
}
