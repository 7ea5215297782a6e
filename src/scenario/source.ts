/**
 * YAML as a plain value that remembers where everything stood. The only file that knows the YAML library.
 *
 * The text may come from anybody: nesting is bounded before it is parsed (deep nesting overflows the parser's stack
 * and ends the process), and what YAML can do beyond plain data (tags, cycles, many documents) is refused.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, parseDocument } from 'yaml'
import { DEEPEST_NESTING, tooDeepAt } from './nesting.ts'
import { type Problem, refuse, userError } from './problems.ts'
import { excerpt, quote } from './quote.ts'
import { asTextFile, type NamedText, readTextFile } from './text-file.ts'

const LARGEST_BYTES = 256 * 1024
/** Aliases are for a value used twice or thrice; beyond this they are a bomb. */
const MOST_ALIASES = 32
/** Keys that reach an object's prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export type Path = readonly (string | number)[]

/** Both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Source {
  /** As the user wrote it, control characters escaped. */
  readonly file: string
  /** Of the file's bytes, in hex. */
  readonly sha256: string
  readonly value: Readonly<Record<string, unknown>>
  has(path: Path): boolean
  /** Where a key or its value stands; for a path that is not there, its nearest ancestor. */
  positionOf(path: Path, part: 'key' | 'value'): Position
}

/** How to mend what the library complains about, by its error code. */
const REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_INDENT: 'align it with its neighbours, or close the bracket or quote before it',
  MISSING_CHAR: 'add what is missing',
  BLOCK_AS_IMPLICIT_KEY: 'put the inner key on a line of its own, or quote the text',
  MULTILINE_IMPLICIT_KEY: 'add the missing ":" or quote the text',
  BLOCK_IN_FLOW: 'close the bracket before it',
  BAD_SCALAR_START: 'quote the text',
  BAD_DQ_ESCAPE: 'write "\\\\" for a backslash, or use single quotes',
  BAD_ALIAS: 'quote text that starts with "*" or "&"',
}

interface Parsed {
  readonly value: unknown
  readonly has: Source['has']
  readonly positionOf: Source['positionOf']
}

type PlaceOf = (position: Position) => string

/** @throws UserError with all that is wrong with the text */
function parse(text: string, placeOf: PlaceOf): Parsed {
  const lines = new LineCounter()
  const problems: Problem[] = []
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const complain = (offset: number, what: string): void => {
    const position = positionAt(offset)
    problems.push({ place: placeOf(position), ...position, text: what })
  }

  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
  const deepAt = tooDeepAt(new Lexer().lex(text))
  if (deepAt !== undefined) complain(deepAt, `nested deeper than ${DEEPEST_NESTING} levels; flatten it`)
  refuse(problems)

  // Unique keys are checked below, in linear time.
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  for (const { code, message, pos } of document.errors) {
    if (code === 'MULTIPLE_DOCS') {
      complain(pos[0], 'a second YAML document starts here; put each scenario into a file of its own')
      continue
    }
    const line = (text.split('\n', positionAt(pos[0]).line).at(-1) ?? '').trim()
    const remedy = REMEDIES[code] ?? 'check brackets, quotes, colons and indentation here'
    complain(pos[0], `not valid YAML (${excerpt(message, 120)}), got ${quote(line)}; ${remedy}`)
    if (problems.length > 100) break
  }
  refuse(problems)

  const root = document.contents as Node | null
  const { value, resolve } = toPlain(root, complain)
  refuse(problems)

  /** The key and value nodes at a path. */
  const find = (path: Path): { key: Node | undefined; value: Node | undefined } | undefined => {
    let at: { key: Node | undefined; value: Node | undefined } = { key: undefined, value: resolve(root) }
    for (const step of path) {
      const within = at.value
      if (isMap(within)) {
        const pair = within.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
        if (pair === undefined) return undefined
        at = { key: pair.key as Node, value: resolve(pair.value as Node | null) }
      } else if (isSeq(within) && typeof step === 'number' && within.items[step] !== undefined) {
        const item = within.items[step] as Node
        at = { key: item, value: resolve(item) }
      } else return undefined
    }
    return at
  }
  return {
    value,
    has: (path) => find(path) !== undefined,
    positionOf(path, part) {
      for (let length = path.length; length > 0; length--) {
        const found = find(path.slice(0, length))
        const node = part === 'key' ? (found?.key ?? found?.value) : (found?.value ?? found?.key)
        if (node?.range) return positionAt(node.range[0])
      }
      return { line: 1, column: 1 }
    },
  }
}

/** Nodes to plain data; complains about all that is not plain. */
function toPlain(root: Node | null, complain: (offset: number, what: string) => void) {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  /** Collections being converted: an alias to one of them would be a cycle. */
  const open = new Set<Node>()
  let aliases = 0

  const resolve = (node: Node | null): Node | undefined => (isAlias(node) ? targets.get(node) : (node ?? undefined))

  const follow = (alias: Alias): unknown => {
    const offset = alias.range?.[0] ?? 0
    const target = anchors.get(alias.source)
    if (target === undefined) return complain(offset, `alias ${quote(alias.source)} has no anchor before it; add one`)
    if (open.has(target)) return complain(offset, `alias ${quote(alias.source)} contains itself; write the value out`)
    // Counted as they are followed, so that a bomb goes off no further than this.
    if (++aliases > MOST_ALIASES) {
      if (aliases === MOST_ALIASES + 1) complain(offset, `more than ${MOST_ALIASES} aliases; write the values out`)
      return undefined
    }
    targets.set(alias, target)
    return plain(target)
  }

  const plain = (node: Node | null): unknown => {
    if (node === null) return null
    if (isAlias(node)) return follow(node)
    const offset = node.range?.[0] ?? 0
    if (node.tag !== undefined) complain(offset, `tags are not used here, got ${quote(node.tag)}; remove it`)
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isScalar(node)) return node.value
    open.add(node)
    const value = isSeq(node) ? node.items.map((item) => plain(item as Node | null)) : mapping(node.items)
    open.delete(node)
    return value
  }

  const mapping = (pairs: readonly { key: unknown; value: unknown }[]): Record<string, unknown> => {
    const value: Record<string, unknown> = {}
    for (const pair of pairs) {
      const node = pair.key as Node | null
      const offset = node?.range?.[0] ?? 0
      const key = isScalar(node) && node.value !== null ? String(node.value) : undefined
      if (key === undefined) complain(offset, 'a key must be plain text; write "key: value"')
      else if (FORBIDDEN_KEYS.has(key)) complain(offset, `the key ${quote(key)} is not allowed; remove it`)
      else if (Object.hasOwn(value, key)) complain(offset, `the key ${quote(key)} is there twice; remove one`)
      else value[key] = plain(pair.value as Node | null)
    }
    return value
  }

  return { value: plain(root), resolve }
}

/**
 * @param from a file's path, or the text itself
 * @throws UserError with everything that is wrong, as `file:line:column: what, got what; how to mend it`
 */
export function readSource(from: string | NamedText): Source {
  const { file, text, sha256 } =
    typeof from === 'string' ? readTextFile(from, LARGEST_BYTES) : asTextFile(from, LARGEST_BYTES)
  const placeOf: PlaceOf = ({ line, column }) => `${file}:${line}:${column}`
  const { value, has, positionOf } = parse(text, placeOf)
  if (isMapping(value)) return { file, sha256, value, has, positionOf }
  const what =
    value === null || value === undefined
      ? 'the file is empty; write at least a workload and transports'
      : `a scenario is a mapping of keys to values, got ${quote(value)}; write lines such as "workload: echo"`
  const position = positionOf([], 'value')
  throw userError([{ place: placeOf(position), ...position, text: what }])
}

/** The value of a flag, written like a value in the file. `place` names the flag in errors. */
export function readFlagValue(text: string, place: string): unknown {
  return parse(text, () => place).value
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key)
}
