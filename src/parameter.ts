/**
 * What a workload, or a transport, may be told in a scenario, described without a schema library. `scenario/` makes checks, messages and
 * the JSON Schema from it; who declared them gets the values, in the units named here.
 */

interface Described {
  /** One sentence for editors and `rtbench list`. */
  readonly text: string
}

/** `preset` is what a scenario would write; without one the parameter is absent unless given. */
interface Preset<Written, Given extends Written | undefined> extends Described {
  readonly preset: Given
}

/** True or false. */
export interface Flag<Given extends boolean | undefined = boolean | undefined> extends Described {
  readonly kind: 'flag'
  readonly preset: Given
}

export interface Whole<Given extends number | undefined = number | undefined> extends Preset<number, Given> {
  readonly kind: 'whole'
  readonly from: number
  readonly to: number
}

/** Written with a unit (`10ms`, `2000/s`, `64KiB`, `50 %`), given as ns, a number a second, bytes, or a share from 0 to 1. */
export interface Quantity<Given extends string | undefined = string | undefined> extends Preset<string, Given> {
  readonly kind: 'duration' | 'rate' | 'size' | 'share'
  /** Limits as they would be written. */
  readonly from: string
  readonly to: string
}

export interface Choice<Word extends string = string, Given extends Word | undefined = Word | undefined>
  extends Preset<Word, Given> {
  readonly kind: 'choice'
  readonly words: readonly Word[]
}

/** A mapping; absent unless given, or with the presets of its keys where it is `always` there. */
export interface Group<Keys extends Parameters = Parameters, Always extends boolean = boolean> extends Described {
  readonly kind: 'group'
  readonly keys: Keys
  readonly always: Always
}

/** One of some words, or a mapping: `strategy: immediate` or `strategy: {batch: {every: 5ms}}`. */
export interface Variant<Word extends string = string, Keys extends Parameters = Parameters>
  extends Preset<Word, Word> {
  readonly kind: 'variant'
  readonly words: readonly Word[]
  readonly keys: Keys
}

/** One value. */
export type Scalar = Flag | Whole | Quantity | Choice
export type Scalars = { readonly [name: string]: Scalar }

export type Parameter = Scalar | Group | Variant
export type Parameters = { readonly [name: string]: Parameter }

type Maybe<Value, Given> = Given extends undefined ? Value | undefined : Value

/** What a workload gets for one parameter. */
export type ValueOf<P extends Parameter> =
  P extends Flag<infer Given>
    ? Maybe<boolean, Given>
    : P extends Whole<infer Given>
      ? Maybe<number, Given>
      : P extends Quantity<infer Given>
        ? Maybe<number, Given>
        : P extends Choice<infer Word, infer Given>
          ? Maybe<Word, Given>
          : P extends Variant<infer Word, infer Keys>
            ? Word | ParametersOf<Keys>
            : P extends Group<infer Keys, infer Always>
              ? Always extends true
                ? ParametersOf<Keys>
                : ParametersOf<Keys> | undefined
              : never

/** What a workload gets for all of its parameters. */
export type ParametersOf<P extends Parameters> = { readonly [Name in keyof P]: ValueOf<P[Name]> }

/** The same where it is not known which workload it is. */
export type Values = ParametersOf<Parameters>
