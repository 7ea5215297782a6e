/** The standard normal distribution. Pure. */

/** P(Z >= z). Abramowitz & Stegun, Handbook of Mathematical Functions, 26.2.11 near the middle, 26.2.14 beyond. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let power = 3; term > sum * 1e-17; power += 2) {
      term *= (z * z) / power
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let level = 100; level > 0; level--) fraction = z + level / fraction
  return density / fraction
}

/** @returns z with P(Z >= z) = `tail`, which is above 0 and below 1 */
export function normalQuantile(tail: number): number {
  let [low, high] = [-40, 40]
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (normalTail(middle) > tail) low = middle
    else high = middle
  }
  return high
}
