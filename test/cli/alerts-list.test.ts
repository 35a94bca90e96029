import type { Alert } from '../../lib/model/alert.ts';
import { microsOf } from '../../lib/model/timestamp.ts';
import { parseLines, runCommand } from './run-command.ts';
import { storedFolder } from './stored.ts';

function alert(id: string, at: string, fields: Partial<Alert> = {}): Alert {
  const micros = microsOf(new Date(at));
  return {
    id,
    tenant: 'default',
    rule: { key: 'route_deleted', title: 'Route deleted', status: 'stable', severity: 'high', suppressMs: 3_600_000 },
    dedupKey: 'u-anna',
    group: { initiator_id: 'u-anna' },
    title: 'Anna deleted a route',
    status: 'open',
    openedAt: micros,
    firstEventAt: micros,
    lastEventAt: micros,
    count: 3,
    samples: [],
    revision: 1,
    reason: 'opened',
    toSendAt: Date.parse(at),
    ...fields,
  };
}

describe('netbird-alerts alerts list', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const alerts = [
      alert('a1', '2026-11-23T10:00:00Z'),
      alert('a2', '2026-11-24T11:00:00Z', { title: '=Anna\u001b[31m', reason: 'experimental' }),
      alert('a3', '2026-11-22T10:00:00Z', { status: 'resolved' }),
    ];
    ({ folder, remove } = await storedFolder({ alerts }));
  });
  afterAll(() => remove());

  const list = (...words: string[]) => runCommand(['alerts', 'list', '--data', folder, ...words]);

  it('lists alerts newest first, with times as text', async () => {
    const lines = parseLines((await list('--output', 'ndjson')).out);
    expect(lines.map(({ id }) => id)).toEqual(['a2', 'a1', 'a3']);
    expect(lines[1]).toMatchObject({
      rule: { key: 'route_deleted', severity: 'high' },
      openedAt: '2026-11-23T10:00:00.000000Z',
      count: 3,
      reason: 'opened',
    });
  });

  it.each([
    [['--status', 'resolved'], ['a3']],
    [['--since', '2h'], ['a2']],
    [
      ['--rule', 'route_deleted', '--status', 'open'],
      ['a2', 'a1'],
    ],
    [['--rule', 'other'], []],
  ])('finds with %j', async (words, ids) => {
    expect(parseLines((await list('--output', 'ndjson', ...words)).out).map(({ id }) => id)).toEqual(ids);
  });

  it('shows people a table, and scripts CSV, without formulas and control characters', async () => {
    const table = (await list()).out;
    expect(table).toContain('Anna deleted a route');
    expect(table).not.toContain('\u001b');
    expect((await list('--output', 'csv')).out).toContain(",'=Anna\\u001b[31m,");
  });
});
