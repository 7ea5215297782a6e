/** A share in words: `43 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** The same with a decimal below a tenth, where it is of interest: `3.2 %`. */
export function finePercent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
