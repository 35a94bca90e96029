import { csvRecord } from './csv.ts';
import { printable, printableJson } from './printable.ts';
import type { Output } from './stream-output.ts';

export const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** How things of one kind are listed. */
export interface Listing<T> {
  /** As JSON. */
  readonly json: (one: T) => unknown;
  /** Columns of the CSV: all there is, under the field's own name. */
  readonly csv: Readonly<Record<string, (one: T) => string>>;
  /** Columns of the table: what a person looks for. `width` 0: as long as it is, last. */
  readonly table: readonly { readonly title: string; readonly width: number; readonly value: (one: T) => string }[];
  /** Shown instead of an empty table: what to do next. */
  readonly none: string;
}

/** Writes things as they come, however many there are. Answers how many it were. */
export async function writeRows<T>(
  out: Output,
  format: Format,
  listing: Listing<T>,
  things: AsyncIterable<T>,
): Promise<number> {
  let count = 0;
  for await (const one of things) {
    await out.write((count === 0 ? head(format, listing) : between(format)) + row(format, listing, one));
    count++;
  }
  await out.write(tail(format, listing, count));
  return count;
}

function head<T>(format: Format, listing: Listing<T>): string {
  if (format === 'json') return '[\n';
  if (format === 'csv') return csvRecord(Object.keys(listing.csv));
  if (format === 'table') return tableRow(listing.table.map(({ title, width }) => ({ width, text: title })));
  return '';
}

function between(format: Format): string {
  return format === 'json' ? ',\n' : '';
}

function row<T>(format: Format, listing: Listing<T>, one: T): string {
  if (format === 'json') return printableJson(listing.json(one));
  if (format === 'ndjson') return `${printableJson(listing.json(one))}\n`;
  if (format === 'csv') return csvRecord(Object.values(listing.csv).map((value) => value(one)));
  return tableRow(listing.table.map(({ width, value }) => ({ width, text: printable(value(one)) })));
}

function tail<T>(format: Format, listing: Listing<T>, count: number): string {
  if (format === 'json') return count === 0 ? '[]\n' : '\n]\n';
  if (count > 0) return '';
  return format === 'table' ? `${listing.none}\n` : head(format, listing);
}

function tableRow(cells: readonly { readonly width: number; readonly text: string }[]): string {
  return `${cells
    .map(({ width, text }) => text.padEnd(width))
    .join('  ')
    .trimEnd()}\n`;
}
