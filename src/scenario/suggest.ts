/** Longer words are not compared: the distance costs their product, and nobody mistypes them. */
const LONGEST_CHARS = 64

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. Optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1)
      current.push(least)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}

/** The known word that `word` was probably meant to be; a third of its letters may be wrong. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_CHARS) return undefined
  const lower = word.toLowerCase()
  let best: string | undefined
  let bestEdits = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const edits = editDistance(lower, candidate.toLowerCase())
    // A word of which nothing is left is no suggestion.
    if (edits < bestEdits && edits < candidate.length) {
      best = candidate
      bestEdits = edits
    }
  }
  return best
}

/** The remedy for a word that is not known: the one that was meant, or else all there are. */
export function suggest(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
}
