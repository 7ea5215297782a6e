/** p-values of several tests made at once. Pure. */

/**
 * The chance of one false rejection or more stays below the level, whatever the tests have to do with each other. Holm, A simple
 * sequentially rejective multiple test procedure, Scand. J. Stat. 6 (1979) 65-70.
 * @returns adjusted, in the order given
 */
export function holm(ps: readonly number[]): number[] {
  let least = 0
  return inOrder(ps, rising(ps), (p, place) => {
    least = Math.max(least, Math.min(1, p * (ps.length - place)))
    return least
  })
}

/**
 * Of what is rejected, the share that is so falsely stays below the level on average, where tests are independent or rise and
 * fall together. Benjamini & Hochberg, Controlling the false discovery rate, J. R. Stat. Soc. B 57 (1995) 289-300.
 * @returns adjusted, in the order given
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  let most = 1
  return inOrder(ps, rising(ps).reverse(), (p, place) => {
    most = Math.min(most, (p * ps.length) / (ps.length - place))
    return most
  })
}

function rising(ps: readonly number[]): number[] {
  return ps.map((_, index) => index).sort((one, other) => (ps[one] ?? 1) - (ps[other] ?? 1))
}

function inOrder(
  ps: readonly number[],
  order: readonly number[],
  adjust: (p: number, place: number) => number,
): number[] {
  const adjusted = new Array<number>(ps.length).fill(1)
  order.forEach((index, place) => {
    adjusted[index] = adjust(ps[index] ?? 1, place)
  })
  return adjusted
}
