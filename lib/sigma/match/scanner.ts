import { noteKeys } from '../index/guards.ts';
import type { FieldLooks, Image, Look } from '../index/image.ts';
import { WEIGHTS } from '../index/units.ts';
import type { Finder } from './finder.ts';
import { lookCode } from './look-code.ts';
import { ReaderCode, readCarefully } from './reader.ts';
import { ValueFinder } from './value-finder.ts';

/** Looks fields of an event up, for a finder. */
export type Scan = (event: object) => void;

/** More fields than this are scanned by several functions: the compiler leaves very long ones alone. */
const MOST_FIELDS = 48;

/** What generated code is given. */
interface Given {
  readonly words: Int32Array;
  readonly WEIGHTS: Uint8Array;
  readonly finder: Finder;
  readonly finders: readonly ValueFinder[];
  readonly isArray: (value: unknown) => boolean;
  /** What stands in the place of an object that is none. */
  readonly NOTHING: object;
  readonly slowly: (number: number, event: object) => unknown;
  /** Of a value that is no text. */
  readonly other: (number: number, value: unknown, event: object) => void;
  readonly slowScan: Scan;
  readonly keys: Int32Array;
  readonly noteKeys: typeof noteKeys;
}

/** Makes a scanner of some fields, as code where the runtime lets it be. Keys of numbers go to `keys`. */
export function makeScan(
  fields: readonly FieldLooks[],
  { words }: Pick<Image, 'words'>,
  finder: Finder,
  keys: Int32Array = new Int32Array(0),
): Scan {
  const pieces: Scan[] = [];
  for (let from = 0; from < fields.length; from += MOST_FIELDS) {
    pieces.push(makePiece(fields.slice(from, from + MOST_FIELDS), words, finder, keys));
  }
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  return (event) => {
    for (const piece of pieces) piece(event);
  };
}

function makePiece(fields: readonly FieldLooks[], words: Int32Array, finder: Finder, keys: Int32Array): Scan {
  const finders = fields.map(({ looks }) => new ValueFinder(finder, looks));
  const find = (number: number, value: unknown, event: object): void => {
    const whole = typeof value === 'object' ? readCarefully(fields[number]?.field as string, event) : value;
    finders[number]?.find(whole);
  };
  const slowScan: Scan = (event) => {
    for (const [number, { field, slot }] of fields.entries()) {
      const value = readCarefully(field, event);
      finders[number]?.find(value);
      if (slot !== undefined) noteKeys(keys, slot, value);
    }
  };
  const given: Given = {
    words,
    WEIGHTS,
    finder,
    finders,
    isArray: Array.isArray,
    NOTHING: Object.freeze({}),
    slowly: (number, event) => readCarefully(fields[number]?.field as string, event),
    other: find,
    slowScan,
    keys,
    noteKeys,
  };
  return generated(scanSource(fields), given, slowScan);
}

/** What a function body returns of what it is given; `otherwise` where the runtime forbids code from text. */
function generated<T>(source: string, given: object, otherwise: T): T {
  try {
    return new Function(...Object.keys(given), source)(...Object.values(given));
  } catch {
    // --disallow-code-generation-from-strings
    return otherwise;
  }
}

/** A function body that makes a scan. Nothing of a rule enters it but field names, as JSON strings, and whole numbers. */
export function scanSource(fields: readonly FieldLooks[]): string {
  const reader = new ReaderCode();
  const body = fields.flatMap(({ field, looks, slot }, number) => [
    ...reader.lines(field, number),
    ...(slot === undefined ? [] : [`noteKeys(keys, ${slot}, v);`]),
    ...looksCode(looks, number),
  ]);
  return [
    `'use strict';`,
    ...fields.map((_, number) => `const f${number} = finders[${number}];`),
    `return function (event) {`,
    `let v;`,
    `if (isArray(event)) return slowScan(event);`,
    ...body,
    `};`,
  ].join('\n');
}

function looksCode(looks: readonly Look[], number: number): string[] {
  if (looks.length === 0) return [];
  return [
    `if (typeof v === 'string') {`,
    `const n = v.length;`,
    ...looks.flatMap((look, index) => lookCode(look, index, `f${number}`)),
    `} else if (v !== undefined && v !== null) other(${number}, v, event);`,
  ];
}

/** Gives the reader of a field. */
export type ReaderOf = (field: string) => (event: object) => unknown;

/** Readers of fields by name, each made when it is first asked for. */
export function makeReaders(): ReaderOf {
  const readers = new Map<string, (event: object) => unknown>();
  return (field) => {
    const reader = readers.get(field) ?? makeReader(field);
    readers.set(field, reader);
    return reader;
  };
}

function makeReader(field: string): (event: object) => unknown {
  const slowly = (_: number, event: object): unknown => readCarefully(field, event);
  const given = { isArray: Array.isArray, NOTHING: Object.freeze({}), slowly };
  return generated(readerSource(field), given, (event) => readCarefully(field, event));
}

/** A function body that makes a reader. */
export function readerSource(field: string): string {
  return [
    `'use strict';`,
    `return function (event) {`,
    `let v;`,
    `if (isArray(event)) return slowly(0, event);`,
    ...new ReaderCode().lines(field, 0),
    `return typeof v === 'object' && v !== null ? slowly(0, event) : v;`,
    `};`,
  ].join('\n');
}
