import type { FieldTable } from './field-table.ts';
import type { Finds } from './finds.ts';
import type { FindText } from './look.ts';
import { ReaderCode, readCarefully } from './reader.ts';

/** A field that is looked up for every event. */
export interface ScannedField {
  readonly field: string;
  /** Absent where only its number is wanted. */
  readonly table?: FieldTable;
  /** Where its number goes; absent when no guard asks for it. */
  readonly slot?: number;
}

export interface Scanner {
  /** Looks all fields up; numbers go to their slots, NaN where the value is none. */
  readonly scan: (event: object, found: Finds, numbers: Float64Array) => void;
  /** Per field: its value, see `readCarefully`. */
  readonly readers: readonly ((event: object) => unknown)[];
}

/** Makes the scanner of some fields and readers of others, as code where the runtime lets it be. */
export function makeScanner(scanned: readonly ScannedField[], fields: readonly string[]): Scanner {
  const slow = slowScanner(scanned, fields);
  const all = [...scanned.map(({ field }) => field), ...fields];
  const looks = scanned.map(({ table }) => table?.looks ?? []);
  const given = {
    isArray: Array.isArray,
    NOTHING: Object.freeze({}),
    slowly: (number: number, event: object) => readCarefully(all[number] as string, event),
    other: (number: number, value: unknown, event: object, found: Finds) => {
      const { field, table } = scanned[number] as ScannedField;
      table?.find(typeof value === 'object' ? readCarefully(field, event) : value, found);
    },
    slowScan: slow.scan,
    finds: looks.map((each) => each.map(({ find }): FindText => find)),
    tables: looks.map((each) => each.map(({ table }) => table)),
  };
  try {
    return new Function(...Object.keys(given), sourceOf(scanned, fields))(...Object.values(given)) as Scanner;
  } catch {
    // A runtime that forbids code from text (--disallow-code-generation-from-strings).
    return slow;
  }
}

function slowScanner(scanned: readonly ScannedField[], fields: readonly string[]): Scanner {
  return {
    scan: (event, found, numbers) => {
      for (const { field, table, slot } of scanned) {
        const value = readCarefully(field, event);
        table?.find(value, found);
        if (slot !== undefined) numbers[slot] = typeof value === 'number' ? value : Number.NaN;
      }
    },
    readers: fields.map((field) => (event: object) => readCarefully(field, event)),
  };
}

/** A function body that makes a scanner. Nothing of a rule enters it but field names, as JSON strings. */
export function sourceOf(scanned: readonly ScannedField[], fields: readonly string[]): string {
  const scan = new ReaderCode();
  const body = scanned.flatMap((field, number) => [...scan.lines(field.field, number), ...linesOf(field, number)]);
  const readers = fields.map((field, index) => readerSource(field, scanned.length + index));
  const constants = scanned.flatMap(({ table }, field) =>
    (table?.looks ?? []).map(
      (_, at) => `const f${field}_${at} = finds[${field}][${at}], t${field}_${at} = tables[${field}][${at}];`,
    ),
  );
  return [
    `'use strict';`,
    ...constants,
    `const scan = function (event, found, numbers) {`,
    `let v;`,
    `if (isArray(event)) return slowScan(event, found, numbers);`,
    ...body,
    `};`,
    `return { scan, readers: [${readers.join(',\n')}] };`,
  ].join('\n');
}

function linesOf({ table, slot }: ScannedField, number: number): string[] {
  const calls = (table?.looks ?? []).map((_, at) => `f${number}_${at}(t${number}_${at}, v, found);`);
  const lines = table
    ? [
        `if (typeof v === 'string') { ${calls.join(' ')} }`,
        `else if (v !== undefined && v !== null) other(${number}, v, event, found);`,
      ]
    : [];
  if (slot !== undefined) lines.push(`numbers[${slot}] = typeof v === 'number' ? v : NaN;`);
  return lines;
}

function readerSource(field: string, number: number): string {
  return [
    `function (event) {`,
    `let v;`,
    `if (isArray(event)) return slowly(${number}, event);`,
    ...new ReaderCode().lines(field, number),
    `return typeof v === 'object' && v !== null ? slowly(${number}, event) : v;`,
    `}`,
  ].join('\n');
}
