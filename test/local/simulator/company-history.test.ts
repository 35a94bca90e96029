import { createCompanyHistory } from '../../../lib/local/simulator/company-history.ts';
import { createNetBirdSimulator } from '../../../lib/local/simulator/simulator.ts';
import { ACTIVITY_CODES } from '../../../lib/model/catalogue/activity-codes.ts';
import { metaKeysOf } from '../../../lib/model/catalogue/meta-keys.ts';
import { type AuditEvent, auditEventSchema } from '../../../lib/model/event.ts';
import { parseTimestamp } from '../../../lib/model/timestamp.ts';

const until = new Date('2026-11-23T16:00:00Z');

/** What a server serves of an invented history, newest first. */
function served(seed: number, events: number): AuditEvent[] {
  const acts = createCompanyHistory(seed).history(events, until);
  const { log } = createNetBirdSimulator({ seed, events: acts, clock: () => until });
  return (JSON.parse(log.body()) as unknown[]).map((row) => auditEventSchema.parse(row));
}

describe.each([1, 7, 20_261_123])('the invented company of seed %i', (seed) => {
  const rows = served(seed, 10_000);

  it('has as many events as asked for, but for repeated joins', () => {
    expect(rows.length).toBe(10_000);
  });

  it('is served newest first with growing ids and no event in the future', () => {
    const times = rows.map((row) => parseTimestamp(row.timestamp)?.nanosText ?? '');
    expect(times).toEqual([...times].sort().reverse());
    const ids = rows.map((row) => Number(row.id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(Date.parse(rows[0]?.timestamp ?? '')).toBeLessThanOrEqual(until.getTime());
  });

  it('takes about a month for 10,000 events', () => {
    const days = (Date.parse(rows[0]?.timestamp ?? '') - Date.parse(rows.at(-1)?.timestamp ?? '')) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('gives each code the meta keys that the server writes, and no others', () => {
    const breaches = rows.filter((row) => {
      const keys = metaKeysOf(row.activity_code);
      const allowed = [...(keys?.always ?? []), ...(keys?.sometimes ?? []), ...(keys?.enriched ?? [])];
      const found = Object.keys(row.meta);
      const right = found.every((key) => allowed.includes(key)) && keys?.always.every((key) => found.includes(key));
      return !keys?.written || !right || Object.values(row.meta).some((value) => typeof value !== 'string');
    });
    expect(breaches).toEqual([]);
  });

  it('has seen every code that the open-source server writes, but for the end of the account', () => {
    const seen = new Set(rows.map((row) => row.activity_code));
    const missing = ACTIVITY_CODES.filter((code) => metaKeysOf(code)?.written && !seen.has(code));
    expect(missing).toEqual(['account.delete']);
  });

  it('names everyone who acts, but for setup keys, peers, the system, and who is forgotten', () => {
    const nameless = rows.filter((row) => row.initiator_name === '');
    const codes = new Set(nameless.map((row) => row.activity_code));
    expect(
      [...codes].filter((code) => !/^(peer\.setupkey\.add|user\.peer\.delete|service\.peer\.)/.test(code)),
    ).toEqual([]);
  });

  it('is mostly build machines, as companies are', () => {
    const joins = rows.filter((row) => row.activity_code === 'peer.setupkey.add');
    expect(joins.length).toBeGreaterThan(2500);
    const quiet = rows.filter((row) => [0, 6].includes(new Date(row.timestamp).getUTCDay()));
    expect(quiet.length).toBeLessThan(rows.length / 10);
  });
});

describe('createCompanyHistory', () => {
  it('invents the same from the same seed, and something else from another', () => {
    expect(served(3, 500)).toEqual(served(3, 500));
    expect(served(3, 500)).not.toEqual(served(4, 500));
  });

  it.each([0, 1, 57, 400, 1234])('invents exactly %i acts', (events) => {
    expect(createCompanyHistory(5).history(events, until)).toHaveLength(events);
  });

  it('goes on for as long as somebody looks', () => {
    const company = createCompanyHistory(9);
    company.history(200, until);
    const simulator = createNetBirdSimulator({ clock: () => until });
    for (let minute = 1; minute <= 500; minute += 1) {
      const acts = company.next(new Date(until.getTime() + minute * 60_000));
      expect(acts.length).toBeGreaterThan(0);
      simulator.log.append(acts);
    }
    expect(simulator.log.size).toBeGreaterThanOrEqual(500);
  });
});
