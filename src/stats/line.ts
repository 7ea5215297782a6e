import { t95 } from './student.ts'

export interface Line {
  readonly slope: number
  readonly intercept: number
  /** Of the slope, with 95 % confidence. */
  readonly ci95: [number, number]
}

/**
 * The straight line of least squares through (x, y), and the interval of its slope by Student's t with n - 2 degrees of
 * freedom. Montgomery, Peck & Vining, Introduction to Linear Regression Analysis, 5th ed., 2.2 and 2.4.1.
 * @returns null with fewer than 3 values or one level of x alone: then nothing tells how far the slope may be off
 */
export function lineThrough(values: ReadonlyArray<readonly [x: number, y: number]>): Line | null {
  const count = values.length
  if (count < 3) return null
  const meanX = values.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = values.reduce((sum, [, y]) => sum + y, 0) / count
  const spreadX = values.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  if (spreadX === 0) return null
  const slope = values.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX
  const intercept = meanY - slope * meanX
  const residual = values.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const reach = t95(count - 2) * Math.sqrt(residual / (count - 2) / spreadX)
  return { slope, intercept, ci95: [slope - reach, slope + reach] }
}
