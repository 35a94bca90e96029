import { parseLines, runCommand } from './run-command.ts';
import { auditEvent, storedFolder, trafficEnd, trafficRow } from './stored.ts';

const EVENTS = [
  auditEvent({ id: '1', timestamp: '2026-11-23T10:00:00Z' }),
  auditEvent({ id: '2', timestamp: '2026-11-23T10:30:00Z', initiator_id: 'u-robot', initiator_name: '' }),
  auditEvent({
    id: '3',
    timestamp: '2026-11-23T12:00:00Z',
    activity_code: 'peer.rename',
    target_id: 'peer-db',
    meta: { name: '\u001b[31mdb' },
  }),
  auditEvent({ id: '4', timestamp: '2026-11-24T09:00:00Z' }),
];
const REVEALING = [auditEvent({ activity_code: 'service.user.create', target_id: 'u-robot', meta: { name: 'robot' } })];
const NAS = trafficEnd({ id: 'res-1', type: 'HOST_RESOURCE', name: 'NAS', address: '10.0.0.9:2049' });
const TRAFFIC = [
  trafficRow({ flow_id: 'a' }),
  trafficRow({ flow_id: 'b', reporter_id: 'peer-db', direction: 'INGRESS', rx_bytes: 1000, tx_bytes: 4000 }),
  trafficRow({
    flow_id: 'c',
    window_start: '2026-11-23T12:10:00Z',
    destination: NAS,
    rx_bytes: 95_000_000,
    num_of_starts: 4,
  }),
];

describe('netbird-alerts events stats', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await storedFolder({ events: EVENTS, revealing: REVEALING, traffic: TRAFFIC }));
  });
  afterAll(() => remove());

  const stats = (...words: string[]) => runCommand(['events', 'stats', '--data', folder, ...words]);
  const countsBy = async (by: string, ...words: string[]) => {
    const { code, out, err } = await stats('--by', by, '--output', 'ndjson', ...words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return parseLines(out).map((row) => [row[by], row['name'] ?? '', row['events'] ?? row['bytes'], row['flows']]);
  };

  it('counts events by activity unless told otherwise, with first, last and the course of time', async () => {
    const { out } = await stats('--output', 'json');
    expect(JSON.parse(out)).toEqual([
      {
        activity: 'route.delete',
        name: 'Route deleted',
        events: 3,
        first: '2026-11-23T10:00:00Z',
        last: '2026-11-24T09:00:00Z',
        over_time: {
          from: '2026-11-23T10:00:00.000000Z',
          every_seconds: 3600,
          values: [2, ...new Array(22).fill(0), 1],
        },
      },
      expect.objectContaining({ activity: 'peer.rename', events: 1 }),
    ]);
  });

  it.each([
    [
      'actor',
      [],
      [
        ['u-anna', 'Anna', 3],
        ['u-robot', 'robot', 1],
      ],
    ],
    ['actor', ['--limit', '1'], [['u-anna', 'Anna', 3]]],
    ['actor', ['--activity', 'peer.*'], [['u-anna', 'Anna', 1]]],
    ['target', ['--since', '2026-11-24'], [['r-office', 'Office (10.1.0.0/16)', 1]]],
    ['peer', [], [['peer-db', ' [31mdb', 1]]],
    [
      'hour',
      [],
      [
        ['2026-11-23T10:00:00Z', '', 2],
        ['2026-11-23T12:00:00Z', '', 1],
        ['2026-11-24T09:00:00Z', '', 1],
      ],
    ],
    [
      'day',
      [],
      [
        ['2026-11-23', '', 3],
        ['2026-11-24', '', 1],
      ],
    ],
  ])('counts events by %s with %j', async (by, words, rows) => {
    expect(await countsBy(by, ...words)).toEqual(rows.map((row) => [...row, undefined]));
  });

  it.each([
    [
      'peer',
      [],
      [
        ['peer-laptop', 'laptop', 95_006_000, 5],
        ['peer-db', 'db', 5000, 1],
      ],
    ],
    ['actor', [], [['peer-laptop', 'laptop', 95_006_000, 5]]],
    [
      'target',
      [],
      [
        ['res-1', 'NAS', 95_001_000, 4],
        ['peer-db', 'db', 5000, 1],
      ],
    ],
    ['user', [], [['u-anna', 'Anna', 95_006_000, 5]]],
    [
      'hour',
      [],
      [
        ['2026-11-23T10:00:00Z', '', 5000, 1],
        ['2026-11-23T12:00:00Z', '', 95_001_000, 4],
      ],
    ],
    ['target', ['--protocol', 'udp'], []],
  ])('counts traffic by %s with %j, each flow once', async (by, words, rows) => {
    expect(await countsBy(by, '--source', 'traffic', ...words)).toEqual(rows);
  });

  it('draws a table with a line over time, and what it is in all', async () => {
    const { out } = await stats('--source', 'traffic');
    expect(out).toMatch(/BYTES +FLOWS +OVER TIME +LAST +PEER\n/);
    expect(out).toMatch(/95 MB +5 +▂▁█ +2026-11-23T12:00:00Z +laptop\n/);
    expect(out).toContain('In all: 95 MB, 5 flows. 2026-11-23T10:00Z to 2026-11-23T13:00Z, each block is 1h.');
  });

  it('draws hours as bars, and shows no terminal what an event would tell it', async () => {
    expect((await stats('--by', 'hour')).out).toContain(`2  2026-11-23T10:00:00Z  ${'█'.repeat(40)}\n`);
    const { out } = await stats('--by', 'target');
    expect(out).toContain('[31mdb');
    expect(out).not.toContain('\u001b');
  });

  it('writes CSV', async () => {
    const { out } = await stats('--by', 'actor', '--output', 'csv', '--since', '2026-11-24');
    expect(out).toBe(
      `actor,name,events,first,last,over_time\r\nu-anna,Anna,1,2026-11-24T09:00:00Z,2026-11-24T09:00:00Z,${'0 '.repeat(18)}1\r\n`,
    );
  });

  it('tells apart whom a name does not', async () => {
    const twins = await storedFolder({
      events: ['u-1', 'u-2'].map((initiator_id, index) => auditEvent({ id: String(index), initiator_id })),
    });
    try {
      const { out } = await runCommand(['events', 'stats', '--data', twins.folder, '--by', 'actor']);
      expect(out).toContain('Anna (u-1)');
      expect(out).toContain('Anna (u-2)');
    } finally {
      await twins.remove();
    }
  });

  it.each([
    [['--by', 'user'], 'Add --source traffic, or group by activity'],
    [['--by', 'activity', '--source', 'traffic'], 'Leave out --source traffic, or group by'],
    [['--by', 'colour'], 'It is one of activity'],
    [['--limit', '-1'], 'Give a whole number from 1'],
  ])('does not take %j, and says what to do', async (words, hint) => {
    const { code, out, err } = await stats(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
  });

  it('says what to do when nothing fits', async () => {
    expect((await stats('--actor', 'nobody')).out).toContain('Nothing fits.');
  });

  it('shows no half count at Ctrl-C', async () => {
    const words = ['events', 'stats', '--data', folder];
    const { code, out, err } = await runCommand(words, { stop: AbortSignal.abort() });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('Stopped before all was counted.');
  });
});
