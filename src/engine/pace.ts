import type { Pace } from '../workload.ts'

/** A pace that its process can end before the window does. */
export interface CuttablePace extends Pace {
  /** Sends nothing more; `run` resolves with what was sent until here. */
  cut(): void
}
