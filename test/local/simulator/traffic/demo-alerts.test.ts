import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoStory } from '../../../../lib/local/simulator/demo-story.ts';
import type { ShownRow } from '../../../../lib/local/simulator/traffic/traffic-log.ts';
import type { Alert } from '../../../../lib/model/alert.ts';
import { type TrafficEvent, trafficIdentity } from '../../../../lib/model/traffic.ts';
import { replayEvents } from '../../../../lib/pipeline/replay.ts';
import { LISTS_FILE, listsAt } from '../../../../lib/rules/lists-file.ts';
import { parseListsFile } from '../../../../lib/rules/parse-lists-file.ts';
import { loadRuleSet } from '../../../../lib/sigma/index.ts';
import { Random } from '../../../support/random.ts';

const folder = join(import.meta.dirname, '../../../../rules');
const files = readdirSync(join(folder, 'traffic'))
  .filter((file) => file.endsWith('.yml'))
  .map((file) => ({ file, text: readFileSync(join(folder, 'traffic', file), 'utf8') }))
  .filter(({ text }) => text.includes('status: stable'));
const declared = parseListsFile(readFileSync(join(folder, LISTS_FILE), 'utf8'), LISTS_FILE);
const { ruleSet } = loadRuleSet(files, { lists: listsAt(declared, new Date('2026-11-23T12:00:00Z')) });
const { traffic } = demoStory();

/** What the rules that tell people make of it. */
function told(rows: readonly ShownRow[]): Promise<Alert[]> {
  const events = rows.map(({ row }) => ({ event: row, source: 'traffic' as const }));
  return replayEvents(ruleSet, events, { until: 'windows' });
}

/** What a laptop sent in the hour of the theft, each of its own rows once, as it was in the end. */
function stolen(): number {
  const last = new Map<string, TrafficEvent>(traffic.map(({ row }) => [trafficIdentity(row), row]));
  const rows = [...last.values()].filter(({ reporter_id, source }) => {
    return reporter_id === source.id && source.name === 'lukasz-laptop';
  });
  const inHour = rows.filter(({ window_start = '' }) => window_start.startsWith('2026-11-23T13:'));
  return inHour.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0);
}

describe('the traffic of the demo, before the shipped rules', () => {
  it('meets four rules that tell people', () => {
    expect(ruleSet.rules.filter(({ alerts }) => alerts)).toHaveLength(4);
  });

  it('is told once: the theft, with what was sent; not the backup, which is larger', async () => {
    const alerts = await told(traffic);
    expect(alerts.map(({ rule, evidence }) => [rule.key, evidence?.names['reporter_id']])).toEqual([
      ['unusual_egress_of_peer', 'lukasz-laptop'],
    ]);
    expect(stolen()).toBeGreaterThan(3e9);
    expect(alerts[0]?.title).toContain(`sent ${(stolen() / 1e9).toFixed(1)} GB in an hour`);
    expect(alerts[0]?.evidence?.top[0]?.values[0]?.name).toBe('internet');
  });

  it('is told the same where every row is read again, and any comes in whatever order', async () => {
    const random = new Random(5);
    const isSecond = ({ grown }: ShownRow) => (grown ? 1 : 0);
    const shuffled = traffic
      .map((row) => ({ row, place: random.next() }))
      .sort((a, b) => isSecond(a.row) - isSecond(b.row) || a.place - b.place)
      .map(({ row }) => row);
    const again = [...shuffled, ...traffic.slice(0, 500), ...shuffled.slice(-200)];
    const [first, ...more] = await told(again);
    expect(more).toEqual([]);
    const [expected] = await told(traffic);
    expect(first?.title).toBe(expected?.title);
    expect(first?.count).toBe(expected?.count);
    expect(first?.dedupKey).toBe(expected?.dedupKey);
  });
});
