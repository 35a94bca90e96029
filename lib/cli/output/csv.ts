import { printable } from './printable.ts';

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** One record by RFC 4180, with CRLF. Values that a spreadsheet would calculate are made text with a leading `'`. */
export function csvRecord(values: readonly string[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

function field(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  const text = safe.split('\n').map(printable).join('\n');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
