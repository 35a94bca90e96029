import { join } from 'node:path';
import * as fc from 'fast-check';
import { readRecording } from '../../../lib/local/replay/recording.ts';
import { type Act, AuditLog, type Dialect } from '../../../lib/local/simulator/audit-log.ts';
import { createRandom } from '../../../lib/local/simulator/random.ts';
import { UserDirectory } from '../../../lib/local/simulator/user-directory.ts';
import { type AuditEvent, auditEventSchema } from '../../../lib/model/event.ts';

const recordings = join(import.meta.dirname, '../../fixtures/recordings');

function createLog(dialect: Dialect = 'sqlite', start = Date.parse('2026-11-23T15:00:00.250Z')) {
  let now = start;
  const directory = new UserDirectory();
  const log = new AuditLog({ random: createRandom(7), clock: () => new Date(now), dialect, directory, maxIdGap: 3 });
  return {
    log,
    directory,
    pass: (ms: number) => {
      now += ms;
    },
    rows: (): AuditEvent[] => (JSON.parse(log.body()) as unknown[]).map((row) => auditEventSchema.parse(row)),
  };
}

/** Fills a directory with everyone whom recorded rows name. */
function learn(directory: UserDirectory, rows: readonly AuditEvent[]): void {
  for (const row of rows) {
    const { initiator_id: id, initiator_name: name, initiator_email: email } = row;
    if (name !== '') directory.add({ id, name, email, service: email === '' });
    const { username, email: mail } = row.meta;
    if (username !== undefined) {
      directory.add({ id: row.target_id, name: String(username), email: String(mail), service: mail === '' });
    }
  }
}

/** What the server was told, from what it answered. */
function actOf(row: AuditEvent): Act {
  const { username, email, ...written } = row.meta;
  const meta = username === undefined && email !== undefined ? { ...written, email } : written;
  const { id, timestamp, activity_code, initiator_id, target_id } = row;
  return { id, timestamp, activity_code, initiator_id, target_id, meta };
}

/** Oldest first; where times tie, as they stood. */
async function recordedBodies(file: string): Promise<{ body: string; rows: AuditEvent[] }[]> {
  const answers = await readRecording(join(recordings, file));
  return answers.map(({ body }) => ({ body, rows: (JSON.parse(body) as AuditEvent[]).reverse() }));
}

describe('what the log serves', () => {
  it.each([
    ['ordinary-company.ndjson', 'sqlite', 11],
    ['ordinary-company-postgres.ndjson', 'postgres', 11],
    ['attack.ndjson', 'sqlite', 5],
    ['ordinary-month.ndjson.gz', 'sqlite', 29],
  ] as const)('is %s byte for byte', async (file, dialect, poll) => {
    const recorded = (await recordedBodies(file))[poll];
    const { log, directory } = createLog(dialect);
    log.append((recorded?.rows ?? []).map(actOf));
    learn(directory, recorded?.rows ?? []);
    expect(log.body()).toBe(recorded?.body);
  });

  it('loses the name of a deleted service user in all of history, byte for byte as recorded', async () => {
    const [before, after] = (await recordedBodies('attack.ndjson')).slice(5, 7);
    const { log, directory } = createLog();
    const known = new Set(before?.rows.map((row) => row.id));
    learn(directory, [...(after?.rows ?? []), ...(before?.rows ?? [])]);
    log.append((before?.rows ?? []).map(actOf));
    expect(log.body()).toBe(before?.body);
    log.append((after?.rows ?? []).filter((row) => !known.has(row.id)).map(actOf));
    expect(log.body()).toBe(after?.body);
  });

  it('is an empty array with its newline where nothing happened', () => {
    expect(createLog().log.body()).toBe('[]\n');
  });

  it('writes what HTML could take for its own as escapes', () => {
    const { log } = createLog();
    log.append({
      id: '8',
      timestamp: '2026-11-23T15:49:14Z',
      activity_code: 'group.add',
      meta: { name: '<b>é&\u2028"' },
    });
    expect(log.body()).toBe(
      '[{"activity":"Group created","activity_code":"group.add","id":"8","initiator_email":"","initiator_id":"",' +
        '"initiator_name":"","meta":{"name":"\\u003cb\\u003eé\\u0026\\u2028\\""},"target_id":"",' +
        '"timestamp":"2026-11-23T15:49:14Z"}]\n',
    );
  });

  it('prints meta values as Go does', () => {
    const { log, rows } = createLog();
    const meta = {
      a: 2_950_159,
      b: 999_999,
      c: 1_000_000,
      d: true,
      e: ['x', 'y'],
      f: [],
      g: null,
      h: 0.00001,
      i: -1.5,
      j: 0,
    };
    log.append({ activity_code: 'route.add', meta });
    expect(rows()[0]?.meta).toEqual({
      a: '2.950159e+06',
      b: '999999',
      c: '1e+06',
      d: 'true',
      e: '[x y]',
      f: '[]',
      g: '<nil>',
      h: '1e-05',
      i: '-1.5',
      j: '0',
    });
  });

  it('calls what it does not know UNKNOWN_ACTIVITY', () => {
    const { log, rows } = createLog();
    log.append({ activity_code: 'reseller.msp.created' });
    expect(rows()[0]?.activity).toBe('UNKNOWN_ACTIVITY');
  });
});

describe('times', () => {
  it.each([
    ['sqlite', '2026-11-23T15:49:14.123456789Z', '2026-11-23T15:49:14.123456789Z'],
    ['postgres', '2026-11-23T15:49:14.123456789Z', '2026-11-23T15:49:14.123456Z'],
    ['sqlite', '2026-11-23T15:49:14.100Z', '2026-11-23T15:49:14.1Z'],
    ['sqlite', '2026-11-23T15:49:10.000Z', '2026-11-23T15:49:10Z'],
    ['postgres', '2026-11-23T15:49:14.0000001Z', '2026-11-23T15:49:14Z'],
  ] as const)('are cut and trimmed: %s, %s', (dialect, given, served) => {
    const { log, rows } = createLog(dialect);
    log.append({ activity_code: 'group.add', timestamp: given });
    expect(rows()[0]?.timestamp).toBe(served);
  });

  it('come from the clock, each later than the one before', () => {
    const { log, rows, pass } = createLog();
    for (let n = 0; n < 300; n += 1) log.append({ activity_code: 'group.add', meta: { name: String(n) } });
    pass(1000);
    log.append({ activity_code: 'group.add', meta: { name: '300' } });
    const served = rows();
    expect(served.map((row) => Number(row.meta['name']))).toEqual(Array.from({ length: 301 }, (_, n) => 300 - n));
    expect(new Set(served.map((row) => row.timestamp)).size).toBe(301);
    expect(served.at(-1)?.timestamp).toMatch(/^2026-11-23T15:00:00\.250/);
    expect(served[0]?.timestamp).toMatch(/^2026-11-23T15:00:01\.250/);
  });

  it('refuse to be none', () => {
    expect(() => createLog().log.append({ activity_code: 'group.add', timestamp: 'now' })).toThrow('RFC 3339');
  });
});

describe('order, cap and ids', () => {
  it('serves newest first, whatever order acts come in', () => {
    return fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 86_399_999 }), { maxLength: 40 }), (offsets) => {
        const { log, rows } = createLog();
        const day = Date.parse('2026-11-23T00:00:00Z');
        log.append(offsets.map((ms) => ({ activity_code: 'group.add', timestamp: new Date(day + ms).toISOString() })));
        const times = rows().map((row) => Date.parse(row.timestamp) - day);
        expect(times).toEqual([...offsets].sort((a, b) => b - a));
      }),
    );
  });

  it('serves the newest 10,000 and no more', () => {
    const { log, rows } = createLog();
    log.append(Array.from({ length: 10_050 }, (_, n) => ({ activity_code: 'group.add', meta: { name: String(n) } })));
    const served = rows();
    expect([served.length, served[0]?.meta['name'], served.at(-1)?.meta['name']]).toEqual([10_000, '10049', '50']);
  });

  it('numbers from 1, growing, with gaps', () => {
    const { log, rows } = createLog();
    log.append(Array.from({ length: 200 }, () => ({ activity_code: 'group.add' })));
    const ids = rows()
      .map((row) => Number(row.id))
      .reverse();
    expect(ids[0]).toBe(1);
    expect(ids.every((id, n) => n === 0 || id > (ids[n - 1] ?? 0))).toBe(true);
    expect(ids.at(-1)).toBeGreaterThan(200);
  });

  it('goes on after an id that was given', () => {
    const { log, rows } = createLog();
    log.append([{ activity_code: 'group.add', id: '22456950' }, { activity_code: 'group.add' }]);
    expect(Number(rows()[0]?.id)).toBeGreaterThan(22_456_950);
  });

  it('drops repeated joins of one user, so that an id seen before vanishes', () => {
    const { log, rows } = createLog();
    const join = { activity_code: 'user.join', initiator_id: 'u1', target_id: 'u1' };
    const [first] = log.append(join);
    expect(rows().map((row) => row.id)).toEqual([first]);
    const others = log.append([{ ...join, target_id: 'u2' }, join]);
    expect(rows().map((row) => row.id)).toEqual([...others].reverse());
  });

  it('drops repeated joins after the cut, so that fewer than 10,000 come although older ones exist', () => {
    const { log, rows } = createLog();
    const join = { activity_code: 'user.join', initiator_id: 'u1', target_id: 'u1' };
    log.append([...Array.from({ length: 10_000 }, () => ({ activity_code: 'group.add' })), join, join]);
    expect(rows()).toHaveLength(9_999);
  });
});

describe('what goes wrong with a log', () => {
  it('shows a held row late: its id and time lie before what was already served', () => {
    const { log, rows } = createLog();
    const held = log.hold({ activity_code: 'route.delete' });
    const [seen] = log.append({ activity_code: 'group.add' });
    expect(rows().map((row) => row.id)).toEqual([seen]);
    if (held) log.commit(held);
    expect(rows().map((row) => row.activity_code)).toEqual(['group.add', 'route.delete']);
    expect(Number(rows()[1]?.id)).toBeLessThan(Number(seen));
  });

  it('starts ids again when the database is lost, and keeps the users', () => {
    const { log, rows } = createLog();
    const act = {
      activity_code: 'group.add',
      initiator_id: 'u1',
      initiator_name: 'Anna',
      initiator_email: 'anna@acme.example',
    };
    log.append([act, act]);
    log.restart();
    expect(rows()).toEqual([]);
    log.append({ activity_code: 'group.add', initiator_id: 'u1' });
    expect(rows().map((row) => [row.id, row.initiator_name])).toEqual([['1', 'Anna']]);
  });

  it('loses rows and takes none while it is off, and serves what it has', () => {
    const { log, rows } = createLog();
    log.loseNext(2);
    expect(log.append([{ activity_code: 'a' }, { activity_code: 'b' }, { activity_code: 'c' }])).toHaveLength(1);
    log.setEnabled(false);
    expect(log.append({ activity_code: 'd' })).toEqual([]);
    log.setEnabled(true);
    log.append({ activity_code: 'e' });
    expect(rows().map((row) => row.activity_code)).toEqual(['e', 'c']);
  });

  it('serves rows that no server writes as they are, in their place', () => {
    const { log } = createLog();
    log.append({ activity_code: 'group.add', timestamp: '2026-11-23T10:00:00Z' });
    log.append({ activity_code: 'group.add', timestamp: '2026-11-23T12:00:00Z' });
    log.appendRaw('{"id":null}', '2026-11-23T11:00:00Z');
    expect((JSON.parse(log.body()) as { id: string | null }[]).map((row) => row.id === null)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('shows a deleted service user nowhere, and a deleted person still', () => {
    const { log, rows } = createLog();
    log.append([
      {
        activity_code: 'service.user.create',
        initiator_id: 'u1',
        initiator_name: 'Anna',
        initiator_email: 'a@b.example',
        target_id: 's1',
        meta: { name: 'bot' },
      },
      { activity_code: 'route.delete', initiator_id: 's1', target_id: 'r1' },
    ]);
    expect(rows().map((row) => row.initiator_name)).toEqual(['bot', 'Anna']);
    expect(rows()[1]?.meta).toEqual({ email: '', name: 'bot', username: 'bot' });
    log.append({ activity_code: 'service.user.delete', initiator_id: 'u1', target_id: 's1', meta: { name: 'bot' } });
    log.append({ activity_code: 'user.delete', initiator_id: 'u1', target_id: 'u1' });
    expect(rows().map((row) => row.initiator_name)).toEqual(['Anna', 'Anna', '', 'Anna']);
    expect(rows()[3]?.meta).toEqual({ name: 'bot' });
    expect(rows()[0]?.meta).toEqual({ email: 'a@b.example', username: 'Anna' });
  });
});
