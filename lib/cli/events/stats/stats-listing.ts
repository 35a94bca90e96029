import { dateOf, type Micros, microsText } from '../../../model/timestamp.ts';
import type { Format, Listing } from '../../output/rows.ts';
import { bar, sparkline } from '../../output/sparkline.ts';
import { type Dimension, isTime } from './groups.ts';
import type { Columns, Row } from './tally.ts';

/** What is counted: its field, and how a person reads an amount of it. */
export interface Measure {
  readonly field: 'events' | 'bytes' | 'flows';
  readonly text: (amount: number) => string;
}

export interface StatsView {
  readonly by: Dimension;
  readonly measures: readonly Measure[];
  readonly columns: Columns;
}

/** Rows that a table shows where it is not told how many. */
const ROWS_OF_A_TABLE = 20;
const BAR_WIDTH = 40;

/** The largest groups; those of times in the order of time. */
export function chosen(rows: readonly Row[], by: Dimension, format: Format, limit: number | undefined): readonly Row[] {
  const most = limit ?? (format === 'table' && !isTime(by) ? ROWS_OF_A_TABLE : rows.length);
  const largest = rows.slice(0, most);
  return isTime(by) ? largest.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : largest;
}

/** How groups are listed. `rows`: all that are shown, since a bar is as long as the longest allows. */
export function statsListing({ by, measures, columns }: StatsView, rows: readonly Row[]): Listing<Row> {
  const most = Math.max(0, ...rows.map(({ amounts }) => amounts[0] ?? 0));
  const fields = measures.map(({ field }, index): [string, number] => [field, index]);
  const times = { first: (row: Row) => timeText(row.first), last: (row: Row) => timeText(row.last) };
  return {
    json: (row) => ({
      [by]: row.key,
      ...(isTime(by) ? {} : { name: row.name }),
      ...Object.fromEntries(fields.map(([field, index]) => [field, row.amounts[index]])),
      ...(isTime(by) ? {} : { first: times.first(row), last: times.last(row), over_time: overTime(row, columns) }),
    }),
    csv: {
      [by]: (row) => row.key,
      ...(isTime(by) ? {} : { name: (row: Row) => row.name }),
      ...Object.fromEntries(fields.map(([field, index]) => [field, (row: Row) => String(row.amounts[index] ?? 0)])),
      ...(isTime(by) ? {} : { ...times, over_time: (row: Row) => row.overTime.join(' ') }),
    },
    table: [
      ...measures.map(({ field, text }, index) => ({
        title: field.toUpperCase().padStart(8),
        width: 8,
        value: (row: Row) => text(row.amounts[index] ?? 0).padStart(8),
      })),
      ...(isTime(by) ? barColumns(by, most) : groupColumns(by, columns, rows)),
    ],
    none: 'Nothing fits. `netbird-alerts events --data DIR` shows what is stored.',
  };
}

function barColumns(by: Dimension, most: number): Listing<Row>['table'] {
  return [
    { title: by.toUpperCase(), width: 20, value: (row) => row.key },
    { title: '', width: 0, value: (row) => bar(row.amounts[0] ?? 0, most, BAR_WIDTH) },
  ];
}

function groupColumns(by: Dimension, columns: Columns, rows: readonly Row[]): Listing<Row>['table'] {
  const named = new Map<string, number>();
  for (const { name } of rows) named.set(name, (named.get(name) ?? 0) + 1);
  const label = ({ key, name }: Row): string => {
    if (name === '') return key;
    if (by === 'activity') return `${key} (${name})`;
    // Ids are long and say nothing, except which of two.
    return named.get(name) === 1 ? name : `${name} (${key})`;
  };
  return [
    { title: 'OVER TIME', width: Math.max(9, columns.count), value: (row) => sparkline(row.overTime) },
    { title: 'LAST', width: 20, value: (row) => timeText(row.last) },
    { title: by.toUpperCase(), width: 0, value: label },
  ];
}

function overTime({ overTime: values }: Row, { from, width }: Columns) {
  return { from: microsText(from), every_seconds: width / 1_000_000, values };
}

/** Whole seconds. */
function timeText(at: Micros): string {
  return `${dateOf(at).toISOString().slice(0, 19)}Z`;
}
