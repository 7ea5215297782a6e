/**
 * What editors check a scenario with: JSON Schema, draft 2020-12, of what people write. The keys that all workloads
 * share are described at the top, once; under `$defs` each workload says which keys it has, and adds its own.
 */
import { z } from 'zod'
import type { WorkloadSpec } from '../workload.ts'
import { LOAD_MODELS } from './draft.ts'
import { mapping } from './fields.ts'
import { modelKeys } from './load-field.ts'
import { ownShape, sharedShape } from './schema.ts'
import type { Catalog } from './settings.ts'
import { searchableBy, variablesOf } from './variable.ts'

type Keywords = Readonly<Record<string, unknown>>

/** A node that describes a value, with those of its keys. */
interface Node extends Keywords {
  readonly properties?: Readonly<Record<string, Node>>
  readonly anyOf?: readonly Node[]
}
type Nodes = Readonly<Record<string, Node>>

/** Spelt apart, because an object with such a method would be taken for a promise. */
const THEN = 'then'

export function jsonSchemaOf(catalog: Catalog): object {
  const [first] = catalog.workloads
  if (first === undefined) throw new Error('there is no workload to describe')
  // What all have in common, as if one workload took it all.
  const { withoutConnections: _, ...spec } = first
  const any: WorkloadSpec = { ...spec, parameters: {}, loads: ['open', 'closed', 'saturate'] }
  const shared = withLists(nodesOf(sharedShape(catalog, any)), variablesOf(any), '')
  const own = catalog.workloads.map((workload) => defsOf(workload, Object.keys(shared.nodes)))
  return {
    title: 'rtbench scenario',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: shared.nodes,
    required: ['workload', 'transports'],
    allOf: catalog.workloads.map(({ name }) => ({
      if: { properties: { workload: { const: name } }, required: ['workload'] },
      [THEN]: { $ref: `#/$defs/${name}` },
    })),
    $defs: Object.assign({}, shared.defs, ...own),
  }
}

/** One workload: which keys there are, and what it says otherwise than all. */
function defsOf(workload: WorkloadSpec, shared: readonly string[]): Nodes {
  const { name, withoutConnections, defaultLoad } = workload
  const variables = variablesOf(workload)
  const own = withLists(nodesOf(ownShape(workload, shared)), variables, `${name}.`)
  const common = shared.filter((key) => key !== 'connections' || withoutConnections === undefined)
  const load = `${name}.load`
  return {
    [name]: {
      properties: {
        ...Object.fromEntries(common.map((key) => [key, {}])),
        load: { default: defaultLoad, ...orList(load) },
        vary: { propertyNames: { enum: variables } },
        ...own.nodes,
      },
      additionalProperties: false,
    },
    [load]: loadNode(workload),
    ...own.defs,
  }
}

/** Exactly one of the models that the workload takes, or a search without any. */
function loadNode(workload: WorkloadSpec): Node {
  const taken = modelKeys(workload)
  const foreign = LOAD_MODELS.filter((key) => !taken.includes(key))
  const alone = taken.map((key) => ({ required: [key] }))
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(foreign.map((key) => [key, { not: {} }])),
      search: { properties: { over: { enum: searchableBy(workload) } } },
    },
    oneOf: [...alone, { required: ['search'], not: { anyOf: alone } }],
  }
}

function nodesOf(shape: z.core.$ZodLooseShape): Nodes {
  const schema = z.toJSONSchema(mapping(shape, ''), { io: 'input', override: withoutOwn })
  // Plain data, and not the library's types, in which every node may be a mere `true`.
  const { properties }: Node = JSON.parse(JSON.stringify(schema))
  return properties ?? {}
}

/** What may be searched over is every workload's own affair, and so is its load when none is given. */
function withoutOwn({ jsonSchema, path }: { jsonSchema: z.core.JSONSchema.BaseSchema; path: (string | number)[] }) {
  if (path.at(-1) === 'over' && path.includes('search')) delete jsonSchema.enum
  if (path.length === 2 && path[1] === 'load') delete jsonSchema.default
}

/** Whatever may vary may be a list: its node moves to `$defs`, where both forms refer to. */
function withLists(nodes: Nodes, variables: readonly string[], prefix: string): { nodes: Nodes; defs: Nodes } {
  const defs: Record<string, Node> = {}
  const visit = (within: Nodes, above: string): Nodes =>
    Object.fromEntries(
      Object.entries(within).map(([key, node]) => {
        const path = above + key
        const visited = visitInner(node, `${path}.`)
        if (!variables.includes(path)) return [key, visited]
        const { description, default: preset, ...rest } = visited
        defs[prefix + path] = rest
        return [key, { description, ...(preset === undefined ? {} : { default: preset }), ...orList(prefix + path) }]
      }),
    )
  const visitInner = (node: Node, above: string): Node => ({
    ...node,
    ...(node.properties && { properties: visit(node.properties, above) }),
    ...(node.anyOf && { anyOf: node.anyOf.map((one) => visitInner(one, above)) }),
  })
  return { nodes: visit(nodes, ''), defs }
}

function orList(def: string): Node {
  const one = { $ref: `#/$defs/${def}` }
  return { anyOf: [one, { type: 'array', items: one, minItems: 1 }] }
}
