import { messageOf } from '../errors.ts'
import type { Check } from '../result.ts'

/** One condition of a trustworthy measurement, without its name. */
export type Finding = Omit<Check, 'name'>

export function good(found: string): Finding {
  return { state: 'good', found, remedy: null }
}

/** Figures can be had, and are to be read with this in mind. */
export function doubtful(found: string, remedy: string): Finding {
  return { state: 'doubtful', found, remedy }
}

/** What is measured here says more about this than about any subject. */
export function bad(found: string, remedy: string): Finding {
  return { state: 'bad', found, remedy }
}

export function unknown(found: string): Finding {
  return { state: 'unknown', found, remedy: null }
}

/** By a figure of which less is better. */
export function upTo(
  figure: number,
  [goodUpTo, doubtfulUpTo]: readonly [number, number],
  found: string,
  remedy: string,
): Finding {
  if (figure <= goodUpTo) return good(found)
  return figure <= doubtfulUpTo ? doubtful(found, remedy) : bad(found, remedy)
}

/** What cannot be read is no reason to give up: a container hides much, and other systems tell in other ways. */
export async function condition(name: string, look: () => Finding | Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await look()) }
  } catch (thrown) {
    return { name, ...unknown(`cannot be told: ${messageOf(thrown)}`) }
  }
}

/** `0.8 µs`, `12 ms` */
export function span(ns: number): string {
  const [unit, size] = ns < 1e3 ? ['ns', 1] : ns < 1e6 ? ['µs', 1e3] : ns < 1e9 ? ['ms', 1e6] : ['s', 1e9]
  return `${Number((ns / (size as number)).toPrecision(3))} ${unit}`
}

/** `7.5 GiB` */
export function memory(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
