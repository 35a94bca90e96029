import { fillEvents } from '../../lib/rules/test-events.ts';
import { loadRuleSet } from '../../lib/sigma/index.ts';

function load(events: string) {
  const text = `
title: Flow
name: flow
logsource: {product: netbird, service: traffic}
detection: {selection: {direction: EGRESS}, condition: selection}
x-tests:
  - name: it
    events: ${events}
    alerts: 0
`;
  const { ruleSet, problems } = loadRuleSet([{ file: 'a.yml', text }]);
  return { test: ruleSet.tests.get('flow')?.[0], problems: problems.map(({ message }) => message) };
}

function rows(events: string): { at: string | undefined; bytes: number }[] {
  const { test, problems } = load(events);
  expect(problems).toEqual([]);
  if (!test) throw new Error('the test was not read');
  return fillEvents(test, 'traffic').map(({ event }) => {
    const row = event as { window_start?: string; tx_bytes: number };
    return { at: row.window_start?.slice(0, 16), bytes: row.tx_bytes };
  });
}

describe('repeat', () => {
  it('makes one event of each of its times, and the next event follows the last of them', () => {
    const all = rows(`
      - { repeat: { every: 1h, for: 3h }, window_start: '2026-10-12T00:10:00Z', tx_bytes: 5 }
      - { tx_bytes: 6 }`);
    expect(all).toEqual([
      { at: '2026-10-12T00:10', bytes: 5 },
      { at: '2026-10-12T01:10', bytes: 5 },
      { at: '2026-10-12T02:10', bytes: 5 },
      { at: '2026-10-12T02:10', bytes: 6 },
    ]);
  });

  it('keeps to the times of the week that it names', () => {
    const all = rows(`
      - repeat: { every: 6h, for: 7d, during: [mon-fri 08:00-18:00, sun 00:00-01:00] }
        window_start: '2026-10-12T00:00:00Z'
        tx_bytes: 1`);
    expect(all.map(({ at }) => at)).toEqual([
      '2026-10-12T12:00',
      '2026-10-13T12:00',
      '2026-10-14T12:00',
      '2026-10-15T12:00',
      '2026-10-16T12:00',
      '2026-10-18T00:00',
    ]);
  });

  it('varies counters within its share, the same at every run', () => {
    const text = `[{ repeat: { every: 1h, for: 30d, vary: 20% }, tx_bytes: 1000 }]`;
    const bytes = rows(text).map((row) => row.bytes);
    expect(rows(text).map((row) => row.bytes)).toEqual(bytes);
    expect(Math.min(...bytes)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1200);
    expect(new Set(bytes).size).toBeGreaterThan(200);
  });

  it.each([
    ['[{ repeat: { every: 1h } }]', 'repeat has no for'],
    ['[{ repeat: { every: 0h, for: 1d } }]', 'every must be longer than 0'],
    ['[{ repeat: { every: 1h, for: 1d, vary: lots } }]', '"lots" is no share'],
    ['[{ repeat: { every: 1s, for: 1d } }]', 'the event repeats over 20000 times'],
    ['[{ repeat: { every: 1h, for: 1d, until: 3 } }]', '"until" is not a key of repeat'],
    ['[{ repeat: hourly }]', 'repeat must be a mapping of keys and values'],
  ])('refuses %s', (events, message) => {
    expect(load(events).problems).toEqual([message]);
  });
});
