import { assemble } from '../../lib/sigma/assemble.ts';
import type { Expr } from '../../lib/sigma/ast.ts';
import { prebuildRuleSet, type RuleFile, type RuleSet, readPrebuiltRules } from '../../lib/sigma/index.ts';
import { routes } from '../../lib/sigma/match/matcher.ts';
import { parseFile } from '../../lib/sigma/parse/document.ts';
import { auditEvent, makeWorld, trafficEvent } from '../support/generate-events.ts';
import { Random } from '../support/random.ts';
import { type CountMatches, PEERS } from './match-peers.ts';
import { benchRules } from './match-rules.ts';

const AUDIT = { product: 'netbird', service: 'audit' };
const TRAFFIC = { product: 'netbird', service: 'traffic' };
const EVENTS = 20_000;
/** Events are parsed and matched a stream batch at a time, by turns. */
const BATCH = 100;
const ROUNDS = 3;
/** Peers stop after this time: the slowest need a second for ten events. */
const PEER_MS = 1500;

const GOALS = [
  { rules: 10, ratio: 0.03 },
  { rules: 100, ratio: 0.08 },
  { rules: 1000, ratio: 0.12 },
  { rules: 10_000, ratio: 0.2 },
];

/** How many users each company has, and twice as many peers: rules name them by their identifiers. */
const COMPANIES = { small: makeWorld(1, 200), large: makeWorld(1, 2000) } as const;
type Company = keyof typeof COMPANIES;

/** Matching against parsing the same events, and against other engines, in one run. */
export async function run(): Promise<void> {
  const texts = { small: eventsOf('small'), large: eventsOf('large') };
  console.log(
    `${meanLength(texts.small, 0)} B of JSON an audit event, ${meanLength(texts.small, 1)} B a traffic event`,
  );
  const micros = new Map<number, number>();
  for (const goal of GOALS) micros.set(goal.rules, await benchSize(goal, texts));
  const growth = (micros.get(10_000) ?? Number.NaN) / (micros.get(100) ?? Number.NaN);
  console.log(`\n10,000 rules against 100: ${growth.toFixed(1)} times (goal: <= 2)`);
}

function eventsOf(company: Company): string[] {
  const [world, random] = [COMPANIES[company], new Random(2)];
  return Array.from({ length: EVENTS }, (_, index) =>
    JSON.stringify(index % 2 === 0 ? auditEvent(world, random, index) : trafficEvent(world, random, index)),
  );
}

/** Of every second text, from one on. */
function meanLength(texts: readonly string[], first: 0 | 1): string {
  const own = texts.filter((_, index) => index % 2 === first);
  return (own.reduce((sum, text) => sum + text.length, 0) / own.length).toFixed(0);
}

/** Returns the microseconds that matching an event takes. */
async function benchSize({ rules, ratio }: (typeof GOALS)[number], texts: Readonly<Record<Company, string[]>>) {
  const files = benchRules(COMPANIES.small, rules, 3);
  const json = prebuildRuleSet(files);
  const loaded = Array.from({ length: 5 }, () => timed(() => readPrebuiltRules(json).revive())).reduce((best, each) =>
    each.millis < best.millis ? each : best,
  );
  const first = firstEvents(loaded.value, texts.small);
  const own = measure(loaded.value, texts.small);
  const other = measure(
    readPrebuiltRules(prebuildRuleSet(benchRules(COMPANIES.large, rules, 3))).revive(),
    texts.large,
  );
  console.log(`\n${rules} rules`);
  console.table({ 'a small company': rowOf(own, ratio), 'a large one': rowOf(other, ratio) });
  console.table({
    'load prebuilt, ms (best of 5)': { measured: loaded.millis.toFixed(1), goal: rules === 1000 ? '<= 10' : '' },
    'first 1,000 events, ms': { measured: first.toFixed(1), goal: rules === 1000 ? '<= 12' : '' },
  });
  console.table(await measurePeers(files, texts.small, own.matchUs));
  return own.matchUs;
}

function rowOf({ parseUs, matchUs, ratio, hits }: ReturnType<typeof measure>, goal: number) {
  return {
    'match / parse': ratio.toFixed(3),
    goal: `<= ${goal}`,
    'parse, us an event': parseUs.toFixed(2),
    'match, us an event': matchUs.toFixed(3),
    'matches an event': hits.toFixed(2),
  };
}

/** What the first thousand events of a set take that was just loaded: its tables are filled then. */
function firstEvents(ruleSet: RuleSet, texts: readonly string[]): number {
  const events = texts.slice(0, 1000).map((text) => JSON.parse(text) as object);
  return timed(() => {
    for (const [at, event] of events.entries()) ruleSet.matcher.match(event, at % 2 === 0 ? AUDIT : TRAFFIC);
  }).millis;
}

/** Medians over batches: noise of the machine hits single ones. */
function measure(ruleSet: RuleSet, texts: readonly string[]) {
  const [parse, match]: [number[], number[]] = [[], []];
  let hits = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let from = 0; from < texts.length; from += BATCH) {
      const parsed = timed(() => texts.slice(from, from + BATCH).map((text) => JSON.parse(text) as object));
      const matched = timed(() => {
        let count = 0;
        for (let at = 0; at < parsed.value.length; at++) {
          count += ruleSet.matcher.match(parsed.value[at] ?? {}, at % 2 === 0 ? AUDIT : TRAFFIC).length;
        }
        return count;
      });
      hits += matched.value;
      // The first round warms up.
      if (round === 0) continue;
      parse.push(parsed.millis);
      match.push(matched.millis);
    }
  }
  const [parseUs, matchUs] = [(median(parse) / BATCH) * 1000, (median(match) / BATCH) * 1000];
  return { parseUs, matchUs, ratio: matchUs / parseUs, hits: hits / texts.length / ROUNDS };
}

async function measurePeers(files: readonly RuleFile[], texts: readonly string[], ownUs: number) {
  const lower = texts.slice(0, 2000).map((text) => JSON.parse(text.toLowerCase()) as Record<string, unknown>);
  const { detections } = assemble(
    files.flatMap((file) => parseFile(file, [])),
    {},
  );
  const expressions = (source: object): Expr[] =>
    detections.filter(({ info }) => routes(info.logsource, source)).map(({ expr }) => expr);
  const [audit, traffic] = [expressions(AUDIT), expressions(TRAFFIC)];
  const rows: Record<string, { 'us an event': string; 'times slower': string }> = {};
  for (const [name, peer] of Object.entries(PEERS)) {
    const us = await measurePeer([peer(audit), peer(traffic)], lower);
    rows[name] = { 'us an event': us.toFixed(1), 'times slower': (us / ownUs).toFixed(0) };
  }
  return rows;
}

async function measurePeer([audit, traffic]: [CountMatches, CountMatches], events: readonly Record<string, unknown>[]) {
  const started = performance.now();
  let done = 0;
  while (done < events.length && performance.now() - started < PEER_MS) {
    const event = events[done] ?? {};
    await (done % 2 === 0 ? audit : traffic)(event);
    done++;
  }
  return ((performance.now() - started) / done) * 1000;
}

function timed<T>(work: () => T): { readonly value: T; readonly millis: number } {
  const started = performance.now();
  const value = work();
  return { value, millis: performance.now() - started };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
