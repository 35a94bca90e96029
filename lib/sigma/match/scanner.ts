import type { FieldLooks, Image } from '../index/image.ts';
import { type KeyLook, keyOfLess, keyOfMore, NO_KEY } from '../index/keys.ts';
import { WEIGHTS } from '../index/units.ts';
import { FieldFinder } from './field-finder.ts';
import type { Finder } from './finder.ts';
import { generated } from './generated.ts';
import { keyCode, lookCode } from './look-code.ts';
import { ReaderCode, readCarefully } from './reader.ts';
import type { ValueFinder } from './value-finder.ts';

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
  readonly keyOfMore: typeof keyOfMore;
  readonly keyOfLess: typeof keyOfLess;
}

/** Makes a scanner of some fields, as code where the runtime lets it be. */
export function makeScan(fields: readonly FieldLooks[], { words }: Pick<Image, 'words'>, finder: Finder): Scan {
  const pieces: Scan[] = [];
  for (let from = 0; from < fields.length; from += MOST_FIELDS) {
    pieces.push(makePiece(fields.slice(from, from + MOST_FIELDS), words, finder));
  }
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  return (event) => {
    for (const piece of pieces) piece(event);
  };
}

function makePiece(fields: readonly FieldLooks[], words: Int32Array, finder: Finder): Scan {
  const finders = fields.map((field) => new FieldFinder(finder, field));
  const slowScan: Scan = (event) => {
    for (const each of finders) each.scan(event);
  };
  const given: Given = {
    words,
    WEIGHTS,
    finder,
    finders: finders.map(({ values }) => values),
    isArray: Array.isArray,
    NOTHING: Object.freeze({}),
    slowly: (number, event) => finders[number]?.read(event),
    other: (number, value, event) => {
      const own = finders[number] as FieldFinder;
      own.find(typeof value === 'object' ? own.read(event) : value);
    },
    slowScan,
    keys: finder.keys,
    keyOfMore,
    keyOfLess,
  };
  return generated(scanSource(fields), given, slowScan);
}

/** A function body that makes a scan. Nothing of a rule enters it but field names, as JSON strings, and whole numbers. */
export function scanSource(fields: readonly FieldLooks[]): string {
  const reader = new ReaderCode();
  const body = fields.flatMap((each, number) => [...reader.lines(each.field, number), ...fieldCode(each, number)]);
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

/** Code that looks `v` up and notes its keys. */
function fieldCode({ looks, keys }: FieldLooks, number: number): string[] {
  const asked = looks.some(({ kind }) => kind === 'whole');
  const whole = asked ? keys.find(({ kind }) => kind === 'whole') : undefined;
  const others = keys.filter((look) => look !== whole);
  return [
    `if (typeof v === 'string') {`,
    `const n = v.length;`,
    ...looks.flatMap((look, index) => lookCode(look, index, `f${number}`, whole?.slot)),
    ...others.flatMap(keyCode),
    // Nothing but the keys is wanted of numbers.
    ...(looks.length === 0 && keys.every(isOfNumbers)
      ? [`} else if (typeof v === 'number') {`, ...keys.map(numberKeyCode)]
      : []),
    `} else if (v !== undefined && v !== null) other(${number}, v, event);`,
    ...(keys.length > 0 ? [`else {`, ...keys.map(({ slot }) => `keys[${slot}] = ${NO_KEY};`), `}`] : []),
  ];
}

function isOfNumbers({ kind }: KeyLook): boolean {
  return kind === 'more' || kind === 'less';
}

function numberKeyCode({ kind, slot }: KeyLook): string {
  return `keys[${slot}] = ${kind === 'more' ? 'keyOfMore' : 'keyOfLess'}(v);`;
}

/** Reads a field of an event, by the number of the field. */
export type ReadNumbered = (number: number, event: object) => unknown;

/** Makes a reader of some fields: one for all, as what is called rarely stays slow. */
export function makeReader(fields: readonly string[]): ReadNumbered {
  const slowly: ReadNumbered = (number, event) => readCarefully(fields[number] as string, event);
  const given = { isArray: Array.isArray, NOTHING: Object.freeze({}), slowly };
  const pieces: ReadNumbered[] = [];
  for (let from = 0; from < fields.length; from += MOST_FIELDS) {
    pieces.push(generated(readerSource(fields.slice(from, from + MOST_FIELDS), from), given, slowly));
  }
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  return (number, event) => pieces[Math.floor(number / MOST_FIELDS)]?.(number, event);
}

/** A function body that makes a reader of fields that are numbered from `first` on. */
export function readerSource(fields: readonly string[], first = 0): string {
  const cases = fields.flatMap((field, index) => [
    `case ${first + index}: {`,
    ...new ReaderCode().lines(field, first + index),
    `break;`,
    `}`,
  ]);
  return [
    `'use strict';`,
    `return function (number, event) {`,
    `let v;`,
    `if (isArray(event)) return slowly(number, event);`,
    `switch (number) {`,
    ...cases,
    `}`,
    `return typeof v === 'object' && v !== null ? slowly(number, event) : v;`,
    `};`,
  ].join('\n');
}
