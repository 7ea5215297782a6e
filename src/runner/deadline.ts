/** Something took longer than the plan allows. */
export class DeadlineMissed extends Error {
  override readonly name = 'DeadlineMissed'
}

/** @throws DeadlineMissed when `work` has not settled in time; what becomes of it then is nobody's concern */
export async function within<T>(limitMs: number, phase: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DeadlineMissed(`${phase} took longer than ${Math.ceil(limitMs / 1000)} s`)),
      limitMs,
    )
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
    // When the deadline won, the work fails later, when the members are stopped: that is known by then.
    work.catch(() => {})
  }
}
