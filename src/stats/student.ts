/** Student's t distribution with whole degrees of freedom. Pure. */

/**
 * P(|T| <= t): a finite sum, exact for whole degrees of freedom. Abramowitz & Stegun, Handbook of Mathematical
 * Functions, 26.7.3 and 26.7.4.
 */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  // 1 + 1/2 cos² + (1·3)/(2·4) cos⁴ + … for even degrees; cos + 2/3 cos³ + (2·4)/(3·5) cos⁵ + … for odd ones.
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}

/**
 * @param degrees whole, from 1
 * @returns t with P(|T| <= t) = 0.95
 */
export function t95(degrees: number): number {
  return tQuantile(0.025, degrees)
}

/**
 * @param tail above 0 and below 0.5
 * @param degrees whole, from 1
 * @returns t with P(T >= t) = `tail`
 */
export function tQuantile(tail: number, degrees: number): number {
  let [low, high] = [0, 1]
  while (within(high, degrees) < 1 - 2 * tail) high *= 2
  // Halving 60 times leaves no doubt.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (within(middle, degrees) < 1 - 2 * tail) low = middle
    else high = middle
  }
  return high
}
