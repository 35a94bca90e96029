import { join } from 'node:path';
import fc from 'fast-check';
import type { Alert } from '../../lib/model/alert.ts';
import type { Change } from '../../lib/model/change.ts';
import { microsText } from '../../lib/model/timestamp.ts';
import { latenessOf } from '../../lib/pipeline/settings.ts';
import { bucketsToShow, settlingTime } from '../../lib/pipeline/settling.ts';
import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { auditEvent, changeOf, rulesOf, SECOND, START, STREAM, TENANT } from '../pipeline/changes.ts';
import { RULES_OF_ALL_TYPES } from '../pipeline/rules-of-all-types.ts';
import { parseLines, runCommand } from './run-command.ts';
import { ndjson, writtenFiles } from './written-files.ts';

const RECORDINGS = join(import.meta.dirname, '../fixtures/recordings');

const facts = (line: Record<string, unknown>): unknown[] =>
  ['rule', 'dedupKey', 'firstEventAt', 'lastEventAt', 'count'].map((key) => line[key]);
const inOrder = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort();

describe('live and backtest', () => {
  const LAST = 600;
  const happenings = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: LAST * 4 }).map((quarter) => quarter / 4),
      delay: fc.integer({ min: 0, max: latenessOf({}, 'audit') / SECOND - 1 }),
      kind: fc.constantFrom('a', 'b', 'c'),
      who: fc.constantFrom('u1', 'u2'),
      value: fc.integer({ min: 0, max: 4 }),
    }),
    { minLength: 1, maxLength: 50 },
  );
  const ruleSet = rulesOf(RULES_OF_ALL_TYPES);
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await writtenFiles({ 'rules/rules.yml': RULES_OF_ALL_TYPES }));
  });
  afterAll(() => remove());

  type Happening = { at: number; delay: number; kind: string; who: string; value: number };
  const eventOf = ({ at, kind, who, value }: Happening, index: number) =>
    auditEvent(at, {
      ...{ id: String(1000 + index), activity_code: `kind.${kind}`, initiator_id: who },
      meta: { value: String(value) },
    });

  /** Polls once a minute: what arrived since the last, in the order of arrival, then the watermarks. */
  async function live(all: readonly Happening[], every: number): Promise<Alert[]> {
    const stores = createMemoryStores();
    let now = START;
    let sequence = 0;
    const pipeline = createPipeline({ ruleSet, ...stores, clock: () => new Date(now / 1000) });
    const arriving = all.map((each, index) => ({ each, event: eventOf(each, index) }));
    arriving.sort((a, b) => a.each.at + a.each.delay - (b.each.at + b.each.delay));
    const watermarks = (from: number, upTo: number): Change[] =>
      bucketsToShow('audit', from, upTo).map((bucket) => ({
        ...{ kind: 'watermark', tenant: TENANT, source: 'audit', bucket, upTo },
        position: { stream: STREAM, partition: `${TENANT}#audit#${bucket}~`, sequence: String(++sequence) },
      }));
    let before = START - every * SECOND;
    const end = START + (LAST + 60) * SECOND;
    while (before < end) {
      now = before + every * SECOND;
      const found = arriving.filter(({ each }) => {
        const arrived = START + (each.at + each.delay) * SECOND;
        return arrived > before && arrived <= now;
      });
      await pipeline.process([...found.map(({ event }) => changeOf(event)), ...watermarks(before, now)]);
      before = now;
    }
    const last = Math.max(...all.map(({ at }) => START + at * SECOND));
    // Live had more time than the data: what that closed is not in the data.
    await pipeline.process(watermarks(before, Math.max(before, last + settlingTime(ruleSet))));
    const alerts: Alert[] = [];
    for await (const alert of stores.alerts.list({ tenant: TENANT })) alerts.push(alert);
    return alerts;
  }

  it('open the same alerts over the same events, also where these come late or swapped', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.constantFrom(20, 60, 150), async (all, every) => {
        // The last event is so late that both watch equally long.
        const closing = { at: LAST + 60, delay: 0, kind: 'd', who: 'u3', value: 0 };
        const events = [...all, closing];
        const alerts = (await live(events, every)).map((alert) => [
          ...[alert.rule.key, alert.dedupKey],
          ...[microsText(alert.firstEventAt), microsText(alert.lastEventAt), alert.count],
        ]);
        const { remove: done, folder: input } = await writtenFiles({
          'events.ndjson': ndjson(...events.map(eventOf).reverse()),
        });
        const words = ['--input', join(input, 'events.ndjson'), '--rules', join(folder, 'rules'), '--output', 'ndjson'];
        const { code, out } = await runCommand(['backtest', '--tenant', TENANT, ...words]);
        await done();
        expect(code).toBe(0);
        expect(inOrder(parseLines(out).map(facts))).toEqual(inOrder(alerts));
      }),
      { numRuns: 25 },
    );
  });

  it.each(['attack.ndjson'])('open the same alerts over the recording %s', async (name) => {
    const recording = join(RECORDINGS, name);
    const { folder: own, remove: done } = await writtenFiles({ 'all.yaml': 'alertHistory: 52w\n' });
    const data = join(own, 'data');
    const run = ['local', '--replay', recording, '--once', '--data', data, '--config', join(own, 'all.yaml')];
    expect((await runCommand([...run, '--output', 'ndjson'])).code).toBe(0);
    const alerts = parseLines((await runCommand(['alerts', 'list', '--data', data, '--output', 'ndjson'])).out);
    const told = alerts.map((alert) => facts({ ...alert, rule: (alert['rule'] as { key: string }).key }));
    expect(told.length).toBeGreaterThan(3);
    for (const from of [
      ['--input', recording],
      ['--data', data],
    ]) {
      const { out } = await runCommand(['backtest', ...from, '--output', 'ndjson']);
      expect(inOrder(parseLines(out).map(facts))).toEqual(inOrder(told));
    }
    await done();
  });
});
