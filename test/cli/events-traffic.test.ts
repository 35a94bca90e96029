import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { parseLines, runCommand } from './run-command.ts';
import { storedFolder, trafficEnd, trafficRow } from './stored.ts';

/** By hour, both ends of one flow, a routed flow and a drop. */
const ROWS: readonly TrafficEvent[] = [
  trafficRow({ flow_id: 'a' }),
  trafficRow({ flow_id: 'b', reporter_id: 'peer-db', direction: 'INGRESS', rx_bytes: 1000, tx_bytes: 4000 }),
  trafficRow({
    flow_id: 'c',
    window_start: '2026-11-23T11:30:00.5Z',
    protocol: 17,
    destination: trafficEnd({
      id: 'res-1',
      type: 'HOST_RESOURCE',
      name: '=\u001b[31mNAS',
      address: '[2001:db8::9]:2049',
    }),
    reporter_id: 'peer-router',
    user: { id: '', email: '', name: '' },
  }),
  trafficRow({ flow_id: 'd', window_start: '2026-11-24T09:00:00Z', protocol: 1, num_of_drops: 3, num_of_starts: 0 }),
];

describe('netbird-alerts events --source traffic', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await storedFolder({ traffic: ROWS }));
  });
  afterAll(() => remove());

  const list = (...words: string[]) => runCommand(['events', '--data', folder, '--source', 'traffic', ...words]);
  const flowsFor = async (...words: string[]) => {
    const { code, out, err } = await list('--output', 'ndjson', ...words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return parseLines(out).map((row) => row['flow_id']);
  };

  it('lists every row, oldest first, exactly as it was served', async () => {
    const { out } = await list('--output', 'ndjson');
    const rows = parseLines(out);
    expect(rows).toHaveLength(ROWS.length);
    for (const row of ROWS) expect(rows).toContainEqual(row);
    expect(rows.map((row) => row['window_start'])).toEqual(ROWS.map((row) => row.window_start));
  });

  it.each([
    [['--since', '2026-11-24'], ['d']],
    [['--until', '2026-11-23T11:00:00Z', '--direction', 'ingress'], ['b']],
    [['--since', '2026-11-23T11:30:00.5Z', '--until', '2026-11-23T12:00:00Z'], ['c']],
    [['--user', 'ANNA@example.com', '--limit', '1', '--direction', 'EGRESS'], ['a']],
    [['--user', 'u-anna', '--since', '2026-11-24'], ['d']],
    [['--reporter', 'db'], ['b']],
    [['--reporter', 'peer-router'], ['c']],
    [['--source-peer', 'laptop', '--protocol', 'udp'], ['c']],
    [['--source-peer', '100.64.0.1', '--protocol', '1'], ['d']],
    [['--destination', '2001:db8::9'], ['c']],
    [['--destination', 'db', '--type', 'drop'], ['d']],
    [['--connection-type', 'routed'], ['c']],
    [['--search', 'nas'], ['c']],
    [['--search', '2001:DB8'], ['c']],
    [['--tenant', 'other'], []],
  ])('finds with %j', async (words, flows) => {
    expect(await flowsFor(...words)).toEqual(flows);
  });

  it('writes CSV of all fields that no spreadsheet calculates and no terminal obeys', async () => {
    const { out } = await list('--output', 'csv', '--destination', 'res-1');
    const [head, row] = out.split('\r\n');
    expect(head).toContain('source.id,source.type,source.name,source.address');
    expect(head).toContain('rx_bytes,tx_bytes');
    expect(row).toContain(`'=\\u001b[31mNAS`);
  });

  it('shows people a table', async () => {
    const { out } = await list();
    expect(out).toMatch(/TIME +DIRECTION +PROTOCOL +BYTES +SOURCE +DESTINATION/);
    expect(out).toMatch(/EGRESS +tcp +5.0 kB +laptop 100\.64\.0\.1:51234 +db 100\.64\.0\.2:5432/);
    expect(out).not.toContain('\u001b');
  });

  it('says what to do when nothing fits', async () => {
    expect((await list('--user', 'nobody')).out).toContain('No traffic fits.');
  });

  it.each([
    [['--protocol', 'tpc'], 'tcp'],
    [['--protocol', '256'], 'IANA number'],
    [['--direction', 'up'], 'ingress, egress'],
    [['--type', 'stop'], 'start, end, drop'],
    [['--connection-type', 'relayed'], 'p2p, routed'],
  ])('does not take %j, and says what it takes', async (words, hint) => {
    const { code, err } = await list(...words);
    expect(code).toBe(2);
    expect(err).toContain(hint);
  });
});
