/** What the figures of a run depend on beside the scenario. */
import { z } from 'zod'
import { whole } from './fields.ts'

export const environment = z.object({
  node: z.string(),
  v8: z.string(),
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cores: whole,
  memoryBytes: whole,
  /** Null where there is no limit, or none that can be read. */
  fdLimit: whole.nullable(),
  /** Run by a CI system. */
  ci: z.boolean(),
  packages: z.record(z.string(), z.string()),
})
