import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { feedOf, readRecording } from '../../../lib/local/replay/recording.ts';
import { InputError } from '../../../lib/model/errors.ts';

const recordings = join(import.meta.dirname, '../../fixtures/recordings');

function fileOf(content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'recording-')), 'case.ndjson');
  writeFileSync(path, content);
  return path;
}

function line(change: Record<string, unknown>): string {
  const answer = {
    at: '2026-11-23T15:49:14.541Z',
    request: { path: '/api/events/audit', token: 'valid' },
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: '[]\n',
  };
  return `${JSON.stringify({ ...answer, ...change })}\n`;
}

async function refusal(path: string): Promise<InputError> {
  const error = await readRecording(path).catch((cause: unknown) => cause);
  if (!(error instanceof InputError)) throw new Error('expected an InputError');
  expect(error.hint).not.toBe('');
  return error;
}

describe('readRecording', () => {
  it.each([
    ['ordinary-company.ndjson', 14],
    ['ordinary-company-postgres.ndjson', 14],
    ['attack.ndjson', 8],
    ['id-restart.ndjson', 3],
    ['log-off.ndjson', 1],
    ['rate-limit.ndjson', 7],
    ['ordinary-month.ndjson.gz', 30],
    ['ten-thousand.ndjson.gz', 3],
  ])('reads every poll of %s', async (file, polls) => {
    expect(await readRecording(join(recordings, file))).toHaveLength(polls);
  });

  it('skips the lines of other feeds and keeps the refusals of this one', async () => {
    const answers = await readRecording(join(recordings, 'errors.ndjson'));
    expect(answers.map((answer) => answer.request.path)).toEqual([
      ...Array<string>(23).fill('/api/events/audit'),
      '/api/events/audit/',
      '/api/events/audit',
    ]);
    expect(await readRecording(join(recordings, 'errors.ndjson'), 'traffic')).toHaveLength(2);
  });

  it('finds no line where a recording is of another feed only', async () => {
    expect(await readRecording(fileOf(line({ request: { path: '/api/events/proxy' } })))).toEqual([]);
  });

  it('skips other methods than GET', async () => {
    const path = fileOf(line({ request: { path: '/api/events', method: 'POST' } }) + line({}));
    expect((await readRecording(path)).map((answer) => answer.request.path)).toEqual(['/api/events/audit']);
  });

  it('knows a gzip file by its content, whatever its name', async () => {
    expect(await readRecording(fileOf(gzipSync(line({}))))).toHaveLength(1);
  });

  it('takes what editors on Windows make of a file', async () => {
    expect(await readRecording(fileOf(`\ufeff${line({})}${line({})}`.replaceAll('\n', '\r\n')))).toHaveLength(2);
  });

  it('names file, line and field of what is wrong', async () => {
    const path = fileOf(`${line({})}\n${line({ request: { path: 7 } })}`);
    expect((await refusal(path)).message).toContain(`${path}, line 3: field "request.path"`);
    expect((await refusal(fileOf(line({ at: 'yesterday' })))).message).toContain('line 1: field "at"');
    expect((await refusal(fileOf(line({ status: 99 })))).message).toContain('line 1: field "status"');
    expect((await refusal(fileOf(`${line({})}{"at":`))).message).toContain('line 2: is not JSON');
    expect((await refusal(fileOf('[]\n'))).message).toContain('line 1: ');
  });

  it('refuses what is not there, is a folder, is empty or is cut', async () => {
    expect((await refusal('/nowhere/at-all.ndjson')).message).toContain(
      '/nowhere/at-all.ndjson cannot be read (ENOENT)',
    );
    expect((await refusal(tmpdir())).message).toContain('EISDIR');
    expect((await refusal(fileOf('\n\n'))).message).toContain('holds no recorded answer');
    expect((await refusal(fileOf(gzipSync(line({})).subarray(0, 40)))).message).toContain('is not whole');
  });
});

describe('feedOf', () => {
  it('tells feeds apart, query parameters aside', () => {
    expect(feedOf('/api/events/audit?start_date=2026-01-01T00:00:00Z&page_size=1')).toBe('audit');
    expect(feedOf('/api/events')).toBe('audit');
    expect(feedOf('/api/events/network-traffic?page=2')).toBe('traffic');
    expect(feedOf('/api/events/proxy')).toBeUndefined();
    expect(feedOf('/api/instance/version')).toBeUndefined();
  });
});
