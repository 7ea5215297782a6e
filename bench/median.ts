/** The middle of the values; between two middle ones, their mean. @throws RangeError without a value */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('nothing has no median')
  return (lower + upper) / 2
}

/** Half the distance between the extremes, as a share of the median: `±4 %`. */
export function spread(values: readonly number[]): string {
  const halfRange = (Math.max(...values) - Math.min(...values)) / 2
  return `±${Math.round((halfRange / median(values)) * 100)} %`
}
