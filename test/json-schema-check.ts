/** As much of JSON Schema as the schema of scenarios uses; a keyword that is not known here fails. */
import assert from 'node:assert/strict'

type Node = Readonly<Record<string, unknown>>

/** Say nothing about validity. */
const NOTES: ReadonlySet<string> = new Set(['title', '$schema', 'description', 'default', '$defs'])

const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns whether a value is one that the schema lets through */
export function conforms(value: unknown, schema: object): boolean {
  const root = schema as Node
  const holds = (node: Node, of: unknown): boolean =>
    Object.keys(node).every((keyword) => NOTES.has(keyword) || keywordHolds(keyword, node, of))

  const typeHolds = (type: unknown, of: unknown): boolean => {
    if (type === 'object') return isObject(of)
    if (type === 'array') return Array.isArray(of)
    return type === 'integer' ? Number.isInteger(of) : typeof of === type
  }

  const keywordHolds = (keyword: string, node: Node, of: unknown): boolean => {
    const wanted = node[keyword]
    const nodes = wanted as readonly Node[]
    const limit = Number(wanted)
    switch (keyword) {
      case '$ref': {
        const name = String(wanted).replace('#/$defs/', '')
        const target = (root.$defs as Record<string, Node>)[name]
        assert.ok(target, `${wanted} leads nowhere`)
        return holds(target, of)
      }
      case 'type':
        return [wanted].flat().some((type) => typeHolds(type, of))
      case 'enum':
        return (wanted as unknown[]).includes(of)
      case 'const':
        return wanted === of
      case 'pattern':
        return typeof of !== 'string' || new RegExp(String(wanted)).test(of)
      case 'minLength':
        return typeof of !== 'string' || of.length >= limit
      case 'maxLength':
        return typeof of !== 'string' || of.length <= limit
      case 'minimum':
        return typeof of !== 'number' || of >= limit
      case 'maximum':
        return typeof of !== 'number' || of <= limit
      case 'minItems':
        return !Array.isArray(of) || of.length >= limit
      case 'maxItems':
        return !Array.isArray(of) || of.length <= limit
      case 'items':
        return !Array.isArray(of) || of.every((item) => holds(wanted as Node, item))
      case 'required':
        return !isObject(of) || (wanted as string[]).every((key) => Object.hasOwn(of, key))
      case 'properties':
        return (
          !isObject(of) ||
          Object.entries(wanted as Record<string, Node>).every(
            ([key, inner]) => !Object.hasOwn(of, key) || holds(inner, of[key]),
          )
        )
      case 'propertyNames':
        return !isObject(of) || Object.keys(of).every((key) => holds(wanted as Node, key))
      case 'additionalProperties': {
        if (!isObject(of)) return true
        const known = (node.properties ?? {}) as Node
        const others = Object.keys(of).filter((key) => !Object.hasOwn(known, key))
        return wanted === false ? others.length === 0 : others.every((key) => holds(wanted as Node, of[key]))
      }
      case 'allOf':
        return nodes.every((one) => holds(one, of))
      case 'anyOf':
        return nodes.some((one) => holds(one, of))
      case 'oneOf':
        return nodes.filter((one) => holds(one, of)).length === 1
      case 'not':
        return !holds(wanted as Node, of)
      case 'if':
        return !holds(wanted as Node, of) || holds((node.then ?? {}) as Node, of)
      case 'then':
        return true
      default:
        return assert.fail(`the keyword ${keyword} is not known to this test`)
    }
  }
  return holds(root, value)
}
