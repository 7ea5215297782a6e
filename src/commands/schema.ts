import { type Catalog, scenarioJsonSchema } from '../scenario.ts'

/** Prints the JSON Schema with which editors check scenarios. */
export function schema(catalog: Catalog, out: { write(text: string): unknown }): void {
  out.write(`${JSON.stringify(scenarioJsonSchema(catalog), null, 2)}\n`)
}
