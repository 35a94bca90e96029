import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { acceptsGzip } from '../../../lib/api/node/outgoing.ts';
import { serveApi } from '../../../lib/api/node/serve.ts';
import { InputError } from '../../../lib/model/errors.ts';
import { storedEvent } from '../../contracts/event-store.contract.ts';
import { FakeArchive, trafficRow } from '../fake-archive.ts';
import { openApiServer, type TestApi } from '../open-api-server.ts';

const TRAFFIC = '/api/events/network-traffic?page_size=50000';
let api: TestApi;

function rows(count: number): FakeArchive {
  return new FakeArchive([], function* () {
    for (let n = 0; n < count; n++) yield trafficRow(n);
  });
}

/** The answer's head; nothing of the body is read. */
function head(target: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const given = { authorization: `Token ${api.token}`, ...headers };
    const request = httpRequest(api.url + target, { headers: given, agent: false }, (response) => resolve(response));
    request.on('error', reject).end();
  });
}

/** How much was taken of the archive once nothing more is: until socket buffers are full. */
async function settled(archive: FakeArchive): Promise<number> {
  let before = -1;
  for (let quiet = 0; quiet < 5; quiet = archive.taken === before ? quiet + 1 : 0) {
    before = archive.taken;
    await sleep(60);
  }
  return before;
}

describe('a page of 50,000 rows', () => {
  it('is read from the archive no faster than the client takes it, and no further when it leaves', async () => {
    const archive = rows(50_000);
    api = await openApiServer(archive);
    const response = await head(TRAFFIC);
    const before = await settled(archive);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(25_000);
    response.destroy();
    expect((await settled(archive)) - before).toBeLessThan(2000);
    expect(api.logged).toEqual([]);
    await api.close();
  });

  it('comes whole, compressed to a part of its size', async () => {
    api = await openApiServer(rows(50_000));
    const response = await head(TRAFFIC, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Origin, Accept-Encoding' });
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const sent = Buffer.concat(pieces);
    const { data, total_records } = JSON.parse(gunzipSync(sent).toString());
    expect([data.length, total_records]).toEqual([50_000, 50_000]);
    expect(sent.length).toBeLessThan(5_000_000);
    await api.close();
  });
});

describe('compression', () => {
  it('is left out where nobody asks for it, and where it gains nothing', async () => {
    api = await openApiServer(new FakeArchive([storedEvent(1, '2026-11-23T15:00:00Z')]));
    const short = await head('/api/events/audit', { 'accept-encoding': 'gzip' });
    expect(short.headers['content-encoding']).toBeUndefined();
    const plain = await head(TRAFFIC, { 'accept-encoding': 'identity' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const response of [short, plain]) response.resume();
    await api.close();
  });

  it.each([
    ['gzip', true],
    ['deflate, gzip', true],
    ['GZIP ; q=0.1', true],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['identity', false],
    ['gzipped', false],
    ['', false],
    [undefined, false],
  ])('%s', (header, accepted) => {
    expect(acceptsGzip(header)).toBe(accepted);
  });
});

it('says which port cannot be had', async () => {
  api = await openApiServer(new FakeArchive());
  const port = Number(new URL(api.url).port);
  const again = serveApi({} as Parameters<typeof serveApi>[0], { port, host: '127.0.0.1' });
  await expect(again).rejects.toThrow(InputError);
  await api.close();
});
