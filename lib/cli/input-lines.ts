import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { InputError } from '../model/errors.ts';

/** One line of a file that is not blank. */
export interface InputLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
}

/** Large enough that what is read is not moved about in memory, and small enough to wait for. */
const CHUNK_BYTES = 1 << 20;

/** Unicode's other line separators stay: JSON allows them raw inside a text. */
const BLANK = /^\s*$/;

/**
 * The lines of a text file (gzip is recognised by its content) as they are read, however large it is; blank ones are
 * left out. Throws InputError for a file that cannot be read.
 */
export async function* inputLines(path: string): AsyncGenerator<InputLine> {
  for await (const lines of inputChunks(path)) yield* lines;
}

/** The same in the portions in which they are read: for files with millions of lines. */
export async function* inputChunks(path: string): AsyncGenerator<InputLine[]> {
  let number = 0;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  try {
    for await (const chunk of await openBytes(path)) {
      const texts = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = texts.pop() ?? '';
      const lines: InputLine[] = [];
      for (const text of texts) lines.push(...lineOf(text, ++number));
      yield lines;
    }
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code ?? cause);
    throw new InputError(`${path} cannot be read (${code}).`, 'Name an existing file, plain or gzip.', { cause });
  }
  yield [...lineOf(rest + decoder.end(), number + 1)];
}

function lineOf(text: string, number: number): InputLine[] {
  const line = number === 1 ? text.replace(/^\uFEFF/, '') : text;
  return line === '' || BLANK.test(line) ? [] : [{ number, text: line }];
}

async function openBytes(path: string): Promise<Readable> {
  const file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close());
  const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (bytesRead < 2 || buffer[0] !== 0x1f || buffer[1] !== 0x8b) return bytes;
  // Errors of either come out of the one that is read.
  return pipeline(bytes, createGunzip(), () => undefined);
}
