import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { SCAFFOLD_TYPES, scaffold } from '../../lib/rules/scaffold.ts';
import { ruleJsonSchema } from '../../lib/rules/schema.ts';

const folder = join(import.meta.dirname, '../../rules');
const validate = new Ajv({ allErrors: true, strict: false }).compile(ruleJsonSchema() as object);
const complaints = (document: unknown): string[] =>
  validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
const documentsOf = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS());

const DETECTION = `
title: A
logsource: {product: netbird, service: audit}
detection: {selection: {activity_code: route.delete}, condition: selection}
`;
const COUNT = `
title: A
correlation: {type: event_count, rules: [a], group-by: [b], timespan: 10m, condition: {gte: 5}}
`;

describe('the editor schema', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'));

  it('accepts every document of the shipped rules', () => {
    const wrong = files.flatMap((file) =>
      documentsOf(readFileSync(join(folder, file), 'utf8')).flatMap((document) =>
        complaints(document).map((complaint) => `${file}: ${complaint}`),
      ),
    );
    expect(files.length).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  });

  it.each(SCAFFOLD_TYPES)('accepts what `rules new` writes for %s', (correlation) => {
    const input = { name: 'a', title: 'A', date: '2026-11-24', uuid: () => '44fa3f2e-9b0d-4563-b88d-3ce5dd24c83b' };
    for (const document of documentsOf(scaffold({ ...input, correlation }))) expect(complaints(document)).toEqual([]);
  });

  it.each([
    [
      'keywords, lists of maps, nulls and modifiers',
      DETECTION.replace('{activity_code: route.delete}', '[{a|contains|all: [b, 1]}, {c: null}, keyword]'),
    ],
    ['a list of conditions', DETECTION.replace('condition: selection', 'condition: [selection, 1 of them]')],
    ['keys of one’s own', `${DETECTION}x-own: {a: 1}\n`],
    ['a filter', 'title: F\nlogsource: {product: netbird}\nfilter: {rules: [a], s: {b: c}, condition: not s}'],
    ['a boolean condition', COUNT.replace('event_count', 'temporal').replace('{gte: 5}', 'a and not b')],
    [
      'an alert with a schedule',
      `${DETECTION}x-alert: {dedup: [a], suppress: 2h, schedule: {zone: UTC, windows: ['mon-fri 07:00-20:00']}}`,
    ],
  ])('accepts %s', (_, text) => {
    expect(complaints(parse(text))).toEqual([]);
  });

  it.each([
    ['no title', DETECTION.replace('title: A', '')],
    ['neither detection nor correlation', 'title: A'],
    ['two kinds in one', `${DETECTION}${COUNT.replace('title: A', '')}`],
    ['no condition', DETECTION.replace(', condition: selection', ', b: {c: d}')],
    ['a modifier that is none', DETECTION.replace('activity_code:', 'activity_code|contians:')],
    ['timeframe', DETECTION.replace('condition', 'timeframe: 5m, condition')],
    ['an unknown severity', `${DETECTION}level: severe`],
    ['an unknown type', COUNT.replace('event_count', 'count')],
    ['a type of x-correlation under correlation', COUNT.replace('event_count', 'absence')],
    ['a key of another type', COUNT.replace('timespan', 'warm-up: 1d, timespan')],
    ['a timespan without unit', COUNT.replace('10m', '"10"')],
    ['a condition that compares nothing', COUNT.replace('{gte: 5}', '{}')],
    [
      'new_value without field',
      COUNT.replace('correlation', 'x-correlation')
        .replace('event_count', 'new_value')
        .replace(', condition: {gte: 5}', ''),
    ],
    ['an unknown key of x-alert', `${DETECTION}x-alert: {titel: a}`],
    ['a test without alerts', `${DETECTION}x-tests: [{name: a, events: []}]`],
    ['an expectation of what alerts do not have', `${DETECTION}x-tests: [{name: a, events: [], alerts: [{cuont: 1}]}]`],
  ])('complains of %s', (_, text) => {
    expect(complaints(parse(text))).not.toEqual([]);
  });
});
