import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod';
import { InputError } from '../../model/errors.ts';
import type { Source } from '../../model/event.ts';

const unzip = promisify(gunzip);

const HINT =
  'Give a recording as .ndjson (or .ndjson.gz): one JSON object a line with at, request, status, headers, body.';

const recordedAnswer = z.looseObject({
  at: z.iso.datetime({ offset: true, error: 'is not an RFC 3339 time such as 2026-11-23T15:49:14.541Z' }),
  note: z.string().optional(),
  request: z.looseObject({
    path: z.string().startsWith('/', 'does not start with "/"'),
    method: z.string().optional(),
    token: z.string().optional(),
  }),
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** One answer of a NetBird server as it was recorded. `at`: when it had arrived; `body`: the raw text. */
export type RecordedAnswer = z.infer<typeof recordedAnswer>;

/** The paths that each feed is polled at; `/api/events` is an alias of the audit feed. */
const FEED_OF_PATH: Readonly<Record<string, Source>> = {
  '/api/events': 'audit',
  '/api/events/audit': 'audit',
  '/api/events/network-traffic': 'traffic',
};

/**
 * Reads a recording's answers to polls of one feed, oldest first; gzip is recognised by its content.
 * Lines of other paths and other methods than GET are skipped, so the list can be empty. Throws InputError, which names
 * the file, and for a bad line its number and field.
 */
export async function readRecording(path: string, feed: Source = 'audit'): Promise<RecordedAnswer[]> {
  const answers = parseRecording(await readText(path), path);
  return answers.filter((answer) => feedOf(answer.request.path) === feed && isPoll(answer));
}

/** All lines of a recording, whatever they answer. `file` is the name that errors show. */
export function parseRecording(text: string, file: string): RecordedAnswer[] {
  const answers: RecordedAnswer[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() !== '') answers.push(parseLine(line, `${file}, line ${index + 1}`));
  }
  if (answers.length === 0) throw new InputError(`${file} holds no recorded answer.`, HINT);
  return answers;
}

/**
 * The feed that a request path polls, query parameters aside. With a trailing slash it is still a poll of that feed:
 * one that the server refuses.
 */
export function feedOf(path: string): Source | undefined {
  const pathname = (path.split(/[?#]/, 1)[0] ?? '').replace(/\/+$/, '');
  return Object.hasOwn(FEED_OF_PATH, pathname) ? FEED_OF_PATH[pathname] : undefined;
}

function isPoll(answer: RecordedAnswer): boolean {
  return (answer.request.method ?? 'GET').toUpperCase() === 'GET';
}

function parseLine(line: string, place: string): RecordedAnswer {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw new InputError(`${place}: is not JSON.`, HINT, { cause });
  }
  const parsed = recordedAnswer.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new InputError(
    `${place}: ${field === '' ? '' : `field "${field}": `}${issue?.message ?? 'is not valid'}.`,
    HINT,
  );
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new InputError(`The recording ${path} cannot be read (${codeOf(cause)}).`, 'Check the path.', { cause });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    return (await unzip(bytes)).toString('utf8');
  } catch (cause) {
    throw new InputError(`The recording ${path} is not whole: gzip cannot unpack it.`, 'Copy the file again.', {
      cause,
    });
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? error);
}
