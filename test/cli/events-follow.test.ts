import { ownStore } from '../../lib/local/data-folder.ts';
import { LOCAL_TABLES } from '../../lib/local/tables.ts';
import type { AuditEvent } from '../../lib/model/event.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { rememberNames } from '../../lib/store/names.ts';
import type { EventStore, StateStore } from '../../lib/store/ports.ts';
import { parseLines, runCommand } from './run-command.ts';
import { auditEvent, putTraffic, storedEvent, storedFolder, trafficRow } from './stored.ts';

const NOW = '2026-11-24T12:00:00Z';
const OLD = auditEvent({ id: '1', timestamp: '2026-11-24T10:00:00Z' });
const RECENT = auditEvent({ id: '2', timestamp: '2026-11-24T11:50:00Z' });

/** `events --follow` while it runs: what it printed so far, and how to end it. */
function follow(folder: string, ...words: string[]) {
  const stop = new AbortController();
  let text = '';
  let wake = () => {};
  const out = {
    async write(piece: string) {
      text += piece;
      wake();
    },
  };
  const ended = runCommand(['events', '--data', folder, '--follow', '--output', 'ndjson', ...words], {
    out,
    stop: stop.signal,
    clock: () => new Date(NOW),
  });
  const printed = () => parseLines(text);
  return {
    printed,
    async until(count: number) {
      while (printed().length < count) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          ended.then(({ err }) => reject(new Error(`it ended: ${err}`)), reject);
        });
      }
      return printed();
    },
    async end() {
      stop.abort();
      return ended;
    },
  };
}

describe('netbird-alerts events --follow', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await storedFolder({ events: [OLD, RECENT] }));
  });
  afterEach(() => remove());

  /** Does something to the store as `local` does, which has the folder open meanwhile. */
  async function whileRunning(work: (stores: { events: EventStore; state: StateStore }) => Promise<void>) {
    const store = await ownStore(folder);
    try {
      await work(createDynamoDbStores(store.client, LOCAL_TABLES));
    } finally {
      await store.close();
    }
  }
  const putting = (...events: AuditEvent[]) =>
    whileRunning(async ({ events: store }) => {
      await store.putNew(events.map(storedEvent));
    });
  const idsOf = (rows: Record<string, unknown>[]) => rows.map((row) => row['id']);

  it('shows what comes in, also late, each event once, while others open and close the folder', async () => {
    const follower = follow(folder, '--since', '2026-11-24T11:00:00Z');
    expect(idsOf(await follower.until(1))).toEqual(['2']);
    await putting(auditEvent({ id: '3', timestamp: '2026-11-24T11:58:00Z' }));
    expect(idsOf(await follower.until(2))).toEqual(['2', '3']);
    await putting(auditEvent({ id: '4', timestamp: '2026-11-24T11:40:00Z' }));
    await follower.until(3);
    await putting(auditEvent({ id: '5', timestamp: '2026-11-24T11:59:00Z' }));
    expect(idsOf(await follower.until(4))).toEqual(['2', '3', '4', '5']);
    expect(await follower.end()).toMatchObject({ code: 0, err: '' });
    expect(idsOf(follower.printed())).toEqual(['2', '3', '4', '5']);
  });

  it('leaves out what is there already, and goes on while the folder stays open elsewhere', async () => {
    await whileRunning(async ({ events, state }) => {
      const follower = follow(folder);
      // It has begun once it shows something: what is stored before is no news.
      let id = 100;
      const knocking = setInterval(() => {
        const knock = auditEvent({ id: String(id++), timestamp: '2026-11-24T11:55:00Z', activity_code: 'user.join' });
        events.putNew([storedEvent(knock)]).catch(() => {});
      }, 200);
      await follower.until(1);
      clearInterval(knocking);
      const robot = { initiator_id: 'u-robot', initiator_name: '', initiator_email: '' };
      await rememberNames(state, 'default', [
        auditEvent({ activity_code: 'service.user.create', target_id: 'u-robot', meta: { name: 'robot' } }),
      ]);
      await events.putNew([storedEvent(auditEvent({ id: '9', timestamp: '2026-11-24T11:56:00Z', ...robot }))]);
      while (!follower.printed().some((event) => event['id'] === '9')) {
        await follower.until(follower.printed().length + 1);
      }
      await follower.end();
      expect(follower.printed().at(-1)).toMatchObject({ id: '9', initiator_name: 'robot' });
      const ids = idsOf(follower.printed());
      expect(ids).not.toContain(OLD.id);
      expect(ids).not.toContain(RECENT.id);
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('shows a traffic row again where it has grown', async () => {
    const follower = follow(folder, '--source', 'traffic', '--since', '1h');
    const row = trafficRow({ window_start: '2026-11-24T11:30:00Z', rx_bytes: 0 });
    await whileRunning(({ events }) => putTraffic(events, [row]));
    await follower.until(1);
    await whileRunning(({ events }) => putTraffic(events, [{ ...row, rx_bytes: 7000 }]));
    expect(await follower.until(2)).toEqual([row, { ...row, rx_bytes: 7000 }]);
    await follower.end();
  });

  it('says to a person that it waits, and at the end that nothing came', async () => {
    const stop = new AbortController();
    const err = { write: async () => stop.abort() };
    const { code, out } = await runCommand(['events', '--data', folder, '--follow'], { err, stop: stop.signal });
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing has come in.\n' });
  });

  it('ends after --limit', async () => {
    const { code, out } = await runCommand(['events', '--data', folder, '--follow', '--since', '3h', '--limit', '2']);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(3);
  });
});
