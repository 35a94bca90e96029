import { createDemo, type Demo } from '../../../lib/local/simulator/demo.ts';
import { demoStory } from '../../../lib/local/simulator/demo-story.ts';
import { metaKeysOf } from '../../../lib/model/catalogue/meta-keys.ts';
import { type AuditEvent, auditEventSchema } from '../../../lib/model/event.ts';
import { parseTimestamp } from '../../../lib/model/timestamp.ts';

function poll(demo: Demo): AuditEvent[] {
  return (JSON.parse(demo.simulator.log.body()) as unknown[]).map((row) => auditEventSchema.parse(row));
}

/** What each poll of the whole story shows. */
function polls(): { at: Date; title: string; rows: AuditEvent[] }[] {
  const demo = createDemo();
  const all: { at: Date; title: string; rows: AuditEvent[] }[] = [];
  for (let act = demo.advance(); act; act = demo.advance()) {
    expect(demo.clock()).toEqual(act.at);
    all.push({ at: act.at, title: act.title, rows: poll(demo) });
  }
  expect(demo.done()).toBe(true);
  return all;
}

const seen = polls();
const end = seen.at(-1)?.rows ?? [];

describe('the demo story', () => {
  it('tells one day in order, and what came a week before, each act with a line to read', () => {
    const times = seen.map(({ at }) => at.toISOString());
    expect(times).toEqual([...times].sort());
    expect(times[0]).toBe('2026-11-16T08:30:00.000Z');
    expect([...new Set(times.slice(1).map((time) => time.slice(0, 10)))]).toEqual(['2026-11-23']);
    expect(seen.every(({ title }) => title.length > 20 && title.length < 90)).toBe(true);
  });

  it('has what a watcher should tell', () => {
    const codes = new Set(end.map((row) => row.activity_code));
    for (const code of [
      'route.delete',
      'network.resource.delete',
      'network.router.delete',
      'network.delete',
      'transferred.owner.role',
      'user.role.update',
      'personal.access.token.create',
      'service.user.create',
      'service.user.delete',
      'policy.add',
      'policy.delete',
      'peer.ssh.enable',
      'setupkey.add',
    ]) {
      expect(codes).toContain(code);
    }
  });

  it('shows nothing before it has happened', () => {
    for (const { at, rows } of seen) {
      expect(rows.filter((row) => Date.parse(row.timestamp) > at.getTime())).toEqual([]);
    }
  });

  it('brings events late: their id and their time lie before what was served already', () => {
    const late = seen.slice(1).flatMap(({ rows }, n) => {
      const before = seen[n]?.rows ?? [];
      const known = new Set(before.map((row) => row.id));
      const [newest] = before;
      return rows.filter((row) => {
        if (known.has(row.id) || !newest) return false;
        return Number(row.id) < Number(newest.id) && Date.parse(row.timestamp) < Date.parse(newest.timestamp);
      });
    });
    expect(late.map((row) => row.activity_code)).toEqual(['route.delete', 'policy.delete']);
  });

  it('has neighbours whose order of ids is not that of their times', () => {
    const byId = [...end].sort((a, b) => Number(a.id) - Number(b.id));
    const nanos = byId.map((row) => parseTimestamp(row.timestamp)?.nanosText ?? '');
    const swapped = byId.filter((_, n) => n > 0 && (nanos[n - 1] ?? '') > (nanos[n] ?? ''));
    expect(swapped.map((row) => row.activity_code)).toEqual(['network.delete']);
  });

  it('forgets the name of the service user that did the damage', () => {
    const robot = end.find((row) => row.activity_code === 'service.user.create' && row.meta['name'] === 'backup-agent');
    const namesIn = (rows: AuditEvent[]) =>
      new Set(rows.filter((row) => row.initiator_id === robot?.target_id).map((row) => row.initiator_name));
    expect(namesIn(seen.at(-5)?.rows ?? [])).toEqual(new Set(['backup-agent']));
    expect(namesIn(end)).toEqual(new Set(['']));
    expect(end.filter((row) => row.initiator_id === robot?.target_id).length).toBeGreaterThan(15);
  });

  it('brings one event of that service user only when nobody knows its name any more', () => {
    const before = new Set((seen.at(-5)?.rows ?? []).map((row) => row.id));
    const first = (seen.at(-4)?.rows ?? []).filter((row) => !before.has(row.id));
    expect(first.map((row) => [row.activity_code, row.initiator_name])).toEqual([
      ['service.user.delete', 'Anna Schmidt'],
      ['policy.delete', ''],
    ]);
  });

  it('gives each code the meta keys that the server writes', () => {
    const breaches = end.filter((row) => {
      const keys = metaKeysOf(row.activity_code);
      const allowed = [...(keys?.always ?? []), ...(keys?.sometimes ?? []), ...(keys?.enriched ?? [])];
      const found = Object.keys(row.meta);
      return !found.every((key) => allowed.includes(key)) || !keys?.always.every((key) => found.includes(key));
    });
    expect(breaches).toEqual([]);
  });

  it('is the same each time, on any day', () => {
    expect(polls()).toEqual(seen);
    const other = demoStory({ day: '2027-02-03' }).acts;
    expect(other.at(-1)?.at.toISOString()).toBe('2027-02-03T17:45:00.000Z');
    expect(other.flatMap((act) => act.events).length).toBe(end.length);
    expect(JSON.stringify(other.slice(1))).not.toContain('2026-11-23');
  });
});
