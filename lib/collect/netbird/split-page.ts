/**
 * Finds the rows of a page, `{"data": […], "page": 1, …}`, in a stream of bytes; the other fields may come before or after
 * them. A bare array, as servers before paging have it, is a page, too.
 */
import { ArraySplitter, elementsOf, type RawElement, SplitError } from './split-array.ts';

/** What a page says of itself, where it does. */
export interface PageFields {
  readonly page?: number;
  readonly pageSize?: number;
  readonly totalPages?: number;
  readonly totalRecords?: number;
}

/** The other fields of a page are a few numbers. */
const MAX_OUTSIDE = 16 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;

/** Takes chunks, gives rows. `SplitError` from `push` (no page) or from `end` (cut). */
export class PageSplitter {
  readonly #rows = new ArraySplitter();
  /** Everything but the rows; they are an empty array in there. */
  #outside = '';
  #place: 'before' | 'rows' | 'after' = 'before';
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The rows that this chunk completes. Those found before a fault stay for `drain`. */
  push(bytes: Uint8Array): RawElement[] {
    let at = 0;
    while (at < bytes.length) {
      at = this.#place === 'rows' ? this.#takeRows(bytes, at) : this.#takeOutside(bytes, at);
    }
    return this.drain();
  }

  drain(): RawElement[] {
    return this.#rows.drain();
  }

  /** What the page says of itself; throws where it was not whole, or is none. */
  end(): PageFields {
    if (this.#place === 'rows' || this.#inString || this.#depth > 0) throw new SplitError('cut');
    if (this.#outside.trim() === '') throw new SplitError('cut');
    return fieldsOf(this.#outside);
  }

  #takeRows(bytes: Uint8Array, from: number): number {
    const end = from + this.#rows.take(bytes.subarray(from));
    if (this.#rows.isWhole) this.#place = 'after';
    return end;
  }

  /** Up to where the rows begin, or the chunk ends. */
  #takeOutside(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === OPEN_ARRAY && this.#isDataNext()) {
        this.#outside += '[]';
        this.#place = 'rows';
        return at;
      }
      this.#outside += String.fromCharCode(byte);
      if (this.#outside.length > MAX_OUTSIDE) throw new SplitError('not_array');
      this.#follow(byte);
    }
    return bytes.length;
  }

  #isDataNext(): boolean {
    if (this.#place === 'after' || this.#inString) return false;
    const before = this.#outside.replace(/^\u00ef\u00bb\u00bf/, '');
    return before.trim() === '' || (this.#depth === 1 && /"data"\s*:\s*$/.test(before));
  }

  #follow(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH && this.#inString) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = !this.#inString;
    else if (!this.#inString) {
      const text = String.fromCharCode(byte);
      if ('{['.includes(text)) this.#depth += 1;
      if ('}]'.includes(text)) this.#depth -= 1;
    }
  }
}

/** The rows of the page in `bytes`, by the chunk that completes them; then `onEnd`. Throws `SplitError` after the last. */
export async function* splitPage(
  bytes: AsyncIterable<Uint8Array>,
  onEnd: (fields: PageFields) => void,
): AsyncGenerator<readonly RawElement[]> {
  const splitter = new PageSplitter();
  yield* elementsOf(bytes, splitter);
  onEnd(splitter.end());
}

function fieldsOf(outside: string): PageFields {
  let value: unknown;
  try {
    value = JSON.parse(outside.replace(/^\u00ef\u00bb\u00bf/, ''));
  } catch {
    throw new SplitError('not_array');
  }
  if (Array.isArray(value)) return {};
  const page = value as Record<string, unknown> | null;
  const rows = page?.['data'];
  // Go writes a list that was never made as null.
  if (rows !== null && !Array.isArray(rows)) throw new SplitError('not_array');
  const number = (name: string) => {
    const field = page?.[name];
    return typeof field === 'number' && Number.isSafeInteger(field) && field >= 0 ? field : undefined;
  };
  const found = { page: 'page', pageSize: 'page_size', totalPages: 'total_pages', totalRecords: 'total_records' };
  const fields = Object.entries(found).flatMap(([name, served]) => {
    const field = number(served);
    return field === undefined ? [] : [[name, field] as const];
  });
  return Object.fromEntries(fields);
}
