import { join } from 'node:path';
import { type RecordedAnswer, readRecording } from '../../../lib/local/replay/recording.ts';
import { createReplay } from '../../../lib/local/replay/replay.ts';

const recordings = join(import.meta.dirname, '../../fixtures/recordings');
const url = 'https://netbird.example/api/events/audit';

describe('createReplay', () => {
  it.each([
    'ordinary-company.ndjson',
    'attack.ndjson',
    'errors.ndjson',
    'id-restart.ndjson',
    'log-off.ndjson',
    'rate-limit.ndjson',
    'ten-thousand.ndjson.gz',
  ])('gives the n-th poll of %s the n-th answer, byte for byte, at its time', async (file) => {
    const answers = await readRecording(join(recordings, file));
    const replay = createReplay(answers);
    let polls = 0;
    while (replay.next()) {
      const expected = answers[polls];
      const response = await replay.fetch(url);
      expect(response.status).toBe(expected?.status);
      expect(response.headers.get('content-type')).toBe(expected?.headers['content-type']);
      expect(response.headers.get('date')).toBe(expected?.headers['date']);
      expect((await response.text()) === expected?.body).toBe(true);
      expect(replay.clock().toISOString()).toBe(expected?.at);
      polls += 1;
    }
    expect(polls).toBe(answers.length);
    expect(replay.done()).toBe(true);
  });

  it('answers a second request within a poll alike', async () => {
    const replay = createReplay([answer({ body: '[1]' }), answer({ body: '[2]' })]);
    replay.next();
    expect(await (await replay.fetch(url)).text()).toBe('[1]');
    expect(await (await replay.fetch(url)).text()).toBe('[1]');
    replay.next();
    expect(await (await replay.fetch(url)).text()).toBe('[2]');
    expect(replay.next()).toBe(false);
    expect(await (await replay.fetch(url)).text()).toBe('[2]');
  });

  it('hands a body over in pieces, and only what is asked for', async () => {
    const replay = createReplay([answer({ body: 'ä'.repeat(50_000) })]);
    const reader = (await replay.fetch(url)).body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(16 * 1024);
    await reader?.cancel();
  });

  it('leaves out the headers that no longer fit', async () => {
    const headers = {
      'content-length': '999',
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
      vary: 'Origin',
    };
    const response = await createReplay([answer({ headers })]).fetch(url);
    expect([...response.headers]).toEqual([['vary', 'Origin']]);
  });

  it('answers without a body where HTTP has none', async () => {
    expect((await createReplay([answer({ status: 304, body: '' })]).fetch(url)).status).toBe(304);
  });

  it('heeds an abort, before and within the body', async () => {
    const replay = createReplay([answer({ body: 'x'.repeat(40_000) })]);
    const aborter = new AbortController();
    const response = await replay.fetch(url, { signal: aborter.signal });
    aborter.abort(new Error('enough'));
    await expect(response.text()).rejects.toThrow('enough');
    await expect(replay.fetch(url, { signal: aborter.signal })).rejects.toThrow('enough');
  });

  it('is done at once where a feed has no line', async () => {
    const replay = createReplay([]);
    expect([replay.done(), replay.next()]).toEqual([true, false]);
    await expect(replay.fetch(url)).rejects.toThrow('holds no answer');
  });
});

function answer(change: Partial<RecordedAnswer>): RecordedAnswer {
  return {
    at: '2026-11-23T15:49:14.541Z',
    request: { path: '/api/events/audit' },
    status: 200,
    headers: {},
    body: '[]\n',
    ...change,
  };
}
