/**
 * Finds the elements of a JSON array in a stream of bytes without parsing the whole.
 *
 * Gotchas: every structural byte of JSON is ASCII, so a chunk may end inside a character, a string or an escape. An
 * element is decoded only when its last byte is there. What is not JSON but balanced is handed on like any element.
 */

/** One element as it came: JSON text, if all is well. */
export type RawElement = string;

/** How the bytes are no whole JSON array. `cut`: they end inside it. */
export type SplitFault = 'not_array' | 'cut' | 'trailing';

const FAULTS: Readonly<Record<SplitFault, string>> = {
  not_array: 'The bytes are no JSON array',
  cut: 'The JSON array ends before its last bracket',
  trailing: 'There is more after the JSON array',
};

/** The bytes are no whole JSON array; the elements before were handed on. */
export class SplitError extends Error {
  readonly fault: SplitFault;

  constructor(fault: SplitFault) {
    super(FAULTS[fault]);
    this.name = 'SplitError';
    this.fault = fault;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** By byte: how much deeper it leads. */
const STEP = new Int8Array(256);
for (const byte of [OPEN_OBJECT, OPEN_ARRAY]) STEP[byte] = 1;
for (const byte of [CLOSE_OBJECT, CLOSE_ARRAY]) STEP[byte] = -1;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Takes chunks, gives elements. `SplitError` from `push` (not an array, trailing) or from `end` (cut). */
export class ArraySplitter {
  #place: 'before' | 'inside' | 'after' = 'before';
  /** Open brackets and braces within the present element. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** A comma promises one more element, even an empty one. */
  #afterComma = false;
  #seen = 0;
  #carried: Uint8Array[] = [];
  #found: RawElement[] = [];

  /** The elements that this chunk completes. Those found before a fault stay for `drain`. */
  push(bytes: Uint8Array): RawElement[] {
    const end = this.take(bytes);
    if (this.#place === 'after') this.#expectOnlySpace(bytes, end);
    return this.drain();
  }

  /** How many of these bytes belong to the array: fewer than there are, once it is whole. What they complete waits. */
  take(bytes: Uint8Array): number {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    if (this.#place === 'before') at = this.#findStart(chunk);
    return this.#place === 'inside' ? this.#splitInside(chunk, at) : at;
  }

  /** Whether the last bracket was seen. */
  get isWhole(): boolean {
    return this.#place === 'after';
  }

  /** Says whether the array was whole. */
  end(): void {
    if (this.#place === 'before') throw new SplitError(this.#seen === 0 ? 'cut' : 'not_array');
    if (this.#place === 'inside') throw new SplitError('cut');
  }

  /** Takes what was found and not yet handed out. */
  drain(): RawElement[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #findStart(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === OPEN_ARRAY) {
        this.#place = 'inside';
        return at + 1;
      }
      if (!isSpace(byte)) {
        if (byte !== BYTE_ORDER_MARK[this.#seen]) throw new SplitError('not_array');
        this.#seen += 1;
      }
    }
    return chunk.length;
  }

  #splitInside(chunk: Buffer, from: number): number {
    let start = from;
    for (let end = this.#findEnd(chunk, start); end < chunk.length; end = this.#findEnd(chunk, start)) {
      this.#finishElement(chunk, start, end);
      start = end + 1;
      if (this.#place === 'after') return start;
    }
    // A copy: the giver may use the chunk's memory again.
    if (start < chunk.length) this.#carried.push(Uint8Array.from(chunk.subarray(start)));
    return chunk.length;
  }

  /** Where the comma or bracket after the present element stands; the chunk's length when it is not in there. */
  #findEnd(chunk: Buffer, from: number): number {
    let depth = this.#depth;
    let at = this.#inString ? this.#skipString(chunk, from) : from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === QUOTE) at = this.#skipString(chunk, at + 1) - 1;
      else if (depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) break;
      // A closing brace without its opening one is the element's own trouble.
      else depth = Math.max(0, depth + (STEP[byte] ?? 0));
    }
    this.#depth = depth;
    return at;
  }

  /** Where the string goes on to, that `from` lies in. */
  #skipString(chunk: Buffer, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    for (;;) {
      const quote = chunk.indexOf(QUOTE, at);
      const end = quote === -1 ? chunk.length : quote;
      let backslashes = 0;
      while (end - backslashes > at && chunk[end - backslashes - 1] === BACKSLASH) backslashes += 1;
      this.#escaped = backslashes % 2 === 1;
      this.#inString = quote === -1;
      if (quote === -1) return chunk.length;
      if (!this.#escaped) return quote + 1;
      this.#escaped = false;
      at = quote + 1;
    }
  }

  #finishElement(chunk: Buffer, start: number, end: number): void {
    const isLast = chunk[end] !== COMMA;
    const text = this.#textOf(chunk, start, end).trim();
    if (text !== '' || !isLast || this.#afterComma) this.#found.push(text);
    this.#afterComma = !isLast;
    if (isLast) this.#place = 'after';
  }

  #textOf(chunk: Buffer, start: number, end: number): string {
    if (this.#carried.length === 0) return chunk.toString('utf8', start, end);
    const bytes = Buffer.concat([...this.#carried, chunk.subarray(start, end)]);
    this.#carried = [];
    return bytes.toString('utf8');
  }

  #expectOnlySpace(chunk: Uint8Array, from: number): void {
    for (let at = from; at < chunk.length; at += 1) {
      if (!isSpace(chunk[at] ?? 0)) throw new SplitError('trailing');
    }
  }
}

/** The elements of the JSON array in `bytes`, by the chunk that completes them. Throws `SplitError` after the last. */
export async function* splitArray(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly RawElement[]> {
  const splitter = new ArraySplitter();
  yield* elementsOf(bytes, splitter);
  splitter.end();
}

/** What a splitter finds, chunk by chunk; what was found before a fault is given before it is thrown. */
export async function* elementsOf(
  bytes: AsyncIterable<Uint8Array>,
  splitter: Pick<ArraySplitter, 'push' | 'drain'>,
): AsyncGenerator<readonly RawElement[]> {
  for await (const chunk of bytes) {
    let fault: unknown;
    let found: RawElement[];
    try {
      found = splitter.push(chunk);
    } catch (error) {
      fault = error;
      found = splitter.drain();
    }
    if (found.length > 0) yield found;
    if (fault) throw fault;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
