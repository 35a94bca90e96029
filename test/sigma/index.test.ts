import type { LogSource } from '../../lib/model/rule.ts';
import { assemble, type CompiledRule } from '../../lib/sigma/assemble.ts';
import { buildBase } from '../../lib/sigma/build.ts';
import { prebuildRuleSet, type RuleFile, type RuleProblem, readPrebuiltRules } from '../../lib/sigma/index.ts';
import { createMatcher, imagesOf, routes } from '../../lib/sigma/match/matcher.ts';
import { parseFile } from '../../lib/sigma/parse/document.ts';
import type { Matcher } from '../../lib/sigma/types.ts';
import { auditEvent, type GeneratedEvent, makeWorld, strangeEvent, trafficEvent } from '../support/generate-events.ts';
import { generateRules } from '../support/generate-rules.ts';
import { Random } from '../support/random.ts';
import { holds } from './reference.ts';

const AUDIT: LogSource = { product: 'netbird', service: 'audit' };
const TRAFFIC: LogSource = { product: 'netbird', service: 'traffic' };
const EVENTS = 20_000;
const RULES = 10_000;

const world = makeWorld(11, 60);

function compile(files: readonly RuleFile[]): readonly CompiledRule[] {
  const problems: RuleProblem[] = [];
  const { detections } = assemble(
    files.flatMap((file) => parseFile(file, problems)),
    {},
  );
  expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
  return detections;
}

interface Sample {
  readonly event: GeneratedEvent;
  readonly source: LogSource;
}

function samples(count: number, seed: number): Sample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const audit = index % 2 === 0;
    const event = audit ? auditEvent(world, random, index) : trafficEvent(world, random, index);
    return { event: random.chance(0.3) ? strangeEvent(event, random) : event, source: audit ? AUDIT : TRAFFIC };
  });
}

function matcherOf(rules: readonly CompiledRule[]): Matcher {
  const infos = rules.map(({ info }) => info);
  return createMatcher(infos, [imagesOf(buildBase(rules), 'logsource')], 'logsource');
}

/** Where index and reference differ, and how many pairs matched. */
function differences(rules: readonly CompiledRule[], all: readonly Sample[], pairsPerEvent: number) {
  const matcher = matcherOf(rules);
  const random = new Random(5);
  const byKey = new Map(rules.map((rule) => [rule.info.key, rule]));
  const wrong: string[] = [];
  let [matched, compared] = [0, 0];
  for (const { event, source } of all) {
    const said = new Set(matcher.match(event, source).map(({ key }) => key));
    matched += said.size;
    // Some of what the index says, and some of everything.
    const claimed = rules.length > pairsPerEvent ? random.some([...said, rules[0]?.info.key ?? ''], 10, 10) : [];
    const asked = rules.length > pairsPerEvent ? random.some(rules, pairsPerEvent, pairsPerEvent) : rules;
    for (const { info, expr } of [...asked, ...claimed.flatMap((key) => byKey.get(key) ?? [])]) {
      const expected = routes(info.logsource, source) && holds(expr, event);
      compared++;
      if (expected !== said.has(info.key)) wrong.push(`${info.key} ${expected} ${JSON.stringify(event)}`);
    }
  }
  return { wrong: wrong.slice(0, 3), matched, compared };
}

describe('the index', () => {
  const rules = compile(generateRules(world, RULES, 12));

  it('agrees with the reference on every pair of a full square', () => {
    const { wrong, matched, compared } = differences(rules.slice(0, 1500), samples(400, 13), Number.POSITIVE_INFINITY);
    expect(wrong).toEqual([]);
    expect(compared).toBe(600_000);
    expect(matched).toBeGreaterThan(5_000);
  }, 60_000);

  it('agrees with the reference on 20,000 events and 10,000 rules: all it says and a share of what it denies', () => {
    expect(rules).toHaveLength(RULES);
    const { wrong, matched } = differences(rules, samples(EVENTS, 14), 25);
    expect(wrong).toEqual([]);
    expect(matched).toBeGreaterThan(100_000);
  }, 120_000);
});

describe('prebuilt rule sets', () => {
  it('match as the set they were made of', () => {
    const files = generateRules(world, 300, 21);
    const lists = new Map([['People', world.users.slice(0, 20).map(({ email }) => email)]]);
    const withList: RuleFile = {
      file: 'list.yml',
      text: `title: L\nlogsource: {product: netbird}\ndetection: {s: {initiator_email|expand: '%People%'}, condition: s}\n`,
    };
    const revived = readPrebuiltRules(prebuildRuleSet([...files, withList])).revive(lists);
    const plain = matcherOf(compile([...files]));
    let listed = 0;
    for (const { event, source } of samples(2000, 22)) {
      const keys = revived.matcher.match(event, source).map(({ key }) => key);
      if (keys.includes('L')) listed++;
      expect(keys.filter((key) => key !== 'L')).toEqual(plain.match(event, source).map(({ key }) => key));
    }
    expect(listed).toBeGreaterThan(50);
    expect(revived.lists).toEqual([{ name: 'People', rules: ['L'], entries: 20 }]);
  });
});
