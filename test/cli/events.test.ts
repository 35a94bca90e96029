import { parseLines, runCommand } from './run-command.ts';
import { auditEvent, storedFolder } from './stored.ts';

const EVENTS = [
  auditEvent({ id: '1', timestamp: '2026-11-23T10:00:00Z' }),
  auditEvent({ id: '2', timestamp: '2026-11-23T23:59:59.9Z', activity_code: 'policy.add', target_id: 'p-1', meta: {} }),
  auditEvent({
    id: '3',
    timestamp: '2026-11-24T11:00:00.123456789Z',
    initiator_id: 'u-robot',
    initiator_name: '',
    initiator_email: '',
    meta: { name: '=HYPERLINK("x")\u001b[31m' },
    unknown_field: 'kept',
  }),
];
const REVEALING = [
  auditEvent({
    activity_code: 'service.user.create',
    target_id: 'u-robot',
    meta: { name: 'backup-agent' },
  }),
];

describe('netbird-alerts events', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await storedFolder({ events: EVENTS, revealing: REVEALING }));
  });
  afterAll(() => remove());

  const idsFor = async (...words: string[]) => {
    const { code, out, err } = await runCommand(['events', '--data', folder, '--output', 'ndjson', ...words]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return parseLines(out).map((event) => event['id']);
  };

  it('lists every stored event, oldest first, with its own fields and nothing else', async () => {
    const { out } = await runCommand(['events', '--data', folder, '--output', 'ndjson']);
    const [first, second] = EVENTS;
    expect(parseLines(out).slice(0, 2)).toEqual([first, second]);
    expect(parseLines(out)[2]).toMatchObject({ id: '3', unknown_field: 'kept' });
  });

  it('fills in the name that NetBird has forgotten', async () => {
    const { out } = await runCommand(['events', '--data', folder, '--output', 'json']);
    expect(JSON.parse(out)[2]).toMatchObject({ initiator_id: 'u-robot', initiator_name: 'backup-agent' });
  });

  it.each([
    [['--since', '2h'], ['3']],
    [['--since', '2026-11-24'], ['3']],
    [['--until', '2026-11-23T10:00:00Z'], ['1']],
    [['--activity', 'policy.add'], ['2']],
    [
      ['--actor', 'u-anna'],
      ['1', '2'],
    ],
    [
      ['--actor', 'ANNA'],
      ['1', '2'],
    ],
    [
      ['--actor', 'Anna@Example.com'],
      ['1', '2'],
    ],
    [['--actor', 'Backup-Agent'], ['3']],
    [['--target', 'r-office', '--since', '2026-11-24'], ['3']],
    [['--target', 'office', '--until', '2026-11-23T12:00:00Z'], ['1']],
    [['--activity', 'route.*', '--until', '2026-11-23T12:00:00Z'], ['1']],
    [['--activity', '*.add'], ['2']],
    [
      ['--newest', '--activity', '*.d*e'],
      ['3', '1'],
    ],
    [['--newest'], ['3', '2', '1']],
    [
      ['--limit', '2'],
      ['1', '2'],
    ],
    [
      ['--newest', '--limit', '2'],
      ['3', '2'],
    ],
    [['--newest', '--limit', '1', '--actor', 'anna'], ['2']],
    [['--search', 'BACKUP'], ['3']],
    [['--search', '10.1.0.0', '--newest'], ['1']],
    [['--search', 'p-1'], ['2']],
    [['--actor', 'u-robot'], ['3']],
    [['--actor', 'u-robot', '--activity', 'policy.*'], []],
    [['--actor', 'u-anna', '--newest', '--limit', '1'], ['2']],
    [['--target', 'r-office', '--actor', 'u-robot', '--newest'], ['3']],
    [['--actor', 'nobody'], []],
    [['--tenant', 'other'], []],
  ])('finds with %j', async (words, ids) => {
    expect(await idsFor(...words)).toEqual(ids);
  });

  it('writes CSV that no spreadsheet calculates and no terminal obeys', async () => {
    const { out } = await runCommand(['events', '--data', folder, '--output', 'csv']);
    const records = out.split('\r\n');
    expect(records[0]).toBe(
      'id,timestamp,activity_code,activity,initiator_id,initiator_name,initiator_email,target_id,meta',
    );
    expect(records).toHaveLength(5);
    expect(out).not.toContain('\u001b');
  });

  it('shows people a table with actor and target by name', async () => {
    const { out } = await runCommand(['events', '--data', folder]);
    expect(out).toContain('ACTOR');
    expect(out).toMatch(/route\.delete +Anna +Office/);
    expect(out).toMatch(/route\.delete +backup-agent/);
    expect(out).not.toContain('\u001b');
  });

  it('says what to do when nothing fits', async () => {
    const { out } = await runCommand(['events', '--data', folder, '--actor', 'nobody']);
    expect(out).toContain('No event fits.');
  });

  it.each([
    [['--limit', '0'], 'Give a whole number from 1'],
    [['--limit', 'many'], 'Give a whole number from 1'],
    [['--protocol', 'tcp'], 'Add --source traffic'],
    [['--source', 'traffic', '--actor', 'anna'], 'Leave out --source traffic'],
    [['--follow', '--newest'], 'Leave out one of the two'],
    [['--follow', '--until', '1h'], 'Leave out one of the two'],
    [['--source', 'proxy'], 'It is one of audit, traffic'],
  ])('does not take %j, and says what to do', async (words, hint) => {
    const { code, out, err } = await runCommand(['events', '--data', folder, ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
  });

  it('sorts by time to the nanosecond, then by id as a number, and the other way round with --newest', async () => {
    const at = '2026-11-23T10:00:00.000001';
    const ties = await storedFolder({
      events: [
        auditEvent({ id: '10', timestamp: `${at}5Z` }),
        auditEvent({ id: '9', timestamp: `${at}5Z` }),
        auditEvent({ id: '11', timestamp: `${at}Z` }),
        auditEvent({ id: '2', timestamp: '2026-11-23T10:00:00.000002Z' }),
      ],
    });
    const ids = async (...words: string[]) => {
      const { out } = await runCommand(['events', '--data', ties.folder, '--output', 'ndjson', ...words]);
      return parseLines(out).map((event) => event['id']);
    };
    try {
      expect(await ids()).toEqual(['11', '9', '10', '2']);
      expect(await ids('--newest')).toEqual(['2', '10', '9', '11']);
      expect(await ids('--activity', 'route.delete')).toEqual(['11', '9', '10', '2']);
    } finally {
      await ties.remove();
    }
  });

  it('ends at Ctrl-C, also where nothing that it reads fits', async () => {
    const stop = AbortSignal.abort();
    const { code, out } = await runCommand(['events', '--data', folder, '--output', 'json'], { stop });
    expect({ code, out }).toEqual({ code: 0, out: '[]\n' });
  });
});
