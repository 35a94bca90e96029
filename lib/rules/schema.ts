import { ACTIVITY_CODES } from '../model/catalogue/activity-codes.ts';
import type { CorrelationType } from '../model/rule.ts';
import { SEVERITIES } from '../model/severity.ts';
import { MODIFIERS } from '../sigma/compile/modifiers.ts';
import { COMMON_KEYS, knownTypes, SHAPES } from '../sigma/correlation/types.ts';
import { alertBlock, testsBlock } from './schema-extensions.ts';
import { DURATION, objectOf, type Schema, TEXT, TEXTS } from './schema-parts.ts';

/** JSON Schema (draft 7, which editors know) of a rule file's documents; `rules check` looks at more than this can. */
export function ruleJsonSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Rule of netbird-alerts: Sigma 2.1 with x- extensions',
    type: 'object',
    required: ['title'],
    oneOf: [
      { required: ['detection', 'logsource'] },
      { required: ['correlation'] },
      { required: ['x-correlation'] },
      { required: ['filter', 'logsource'] },
    ],
    definitions: searches(),
    properties: {
      ...metadata(),
      logsource: logsource(),
      detection: detection('What the rule looks for: search identifiers, and a condition over their names.', {}),
      filter: detection('An exclusion for many rules: it keeps only events that match its condition.', {
        rules: {
          ...TEXTS,
          description: 'Names or ids of the rules it applies to; without it, to all of its logsource.',
        },
      }),
      correlation: correlation(false),
      'x-correlation': correlation(true),
      generate: { type: 'boolean', description: 'true: the rules that a correlation counts alert by themselves, too.' },
      'x-alert': alertBlock(),
      'x-tests': testsBlock(),
    },
  };
}

function metadata(): Record<string, Schema> {
  return {
    title: { type: 'string', minLength: 1, maxLength: 256, description: 'What happened, in a few words.' },
    id: {
      type: 'string',
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: 'A UUID of its own.',
    },
    name: { type: 'string', description: 'What correlations and commands call the rule.' },
    status: {
      enum: ['stable', 'test', 'experimental', 'deprecated', 'unsupported'],
      description: 'experimental: records and tells nobody. deprecated and unsupported ones are not loaded.',
    },
    level: { enum: [...SEVERITIES], description: 'How much it matters. Without it: medium.' },
    description: { type: 'string', description: 'Why it matters; stands in e-mails.' },
    license: { type: 'string' },
    author: { type: 'string' },
    taxonomy: { type: 'string' },
    date: { type: 'string', pattern: '^\\d{4}[-/]\\d{2}[-/]\\d{2}$' },
    modified: { type: 'string', pattern: '^\\d{4}[-/]\\d{2}[-/]\\d{2}$' },
    related: { type: 'array', items: { type: 'object' } },
    references: TEXTS,
    tags: { ...TEXTS, description: 'attack.t1562.007 and the like.' },
    fields: TEXTS,
    scope: TEXTS,
    falsepositives: { ...TEXTS, description: 'What else may cause it; stands in e-mails.' },
  };
}

function logsource(): Schema {
  return {
    type: 'object',
    description: 'product: netbird, service: audit or traffic.',
    properties: { product: TEXT, service: TEXT, category: TEXT, definition: TEXT },
    anyOf: [{ required: ['product'] }, { required: ['service'] }, { required: ['category'] }],
  };
}

function detection(description: string, more: Record<string, Schema>): Schema {
  return {
    type: 'object',
    description,
    required: ['condition'],
    minProperties: 2,
    properties: {
      condition: {
        anyOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }],
        description: 'selection and not 1 of filter_*',
      },
      timeframe: false,
      ...more,
    },
    additionalProperties: { $ref: '#/definitions/search' },
  };
}

/** What stands under a search identifier. */
function searches(): Record<string, Schema> {
  const value: Schema = { type: ['string', 'number', 'boolean', 'null'] };
  const code: Schema = { anyOf: [{ enum: [...ACTIVITY_CODES] }, { type: 'string' }] };
  const [fields, one] = [{ $ref: '#/definitions/fields' }, { $ref: '#/definitions/value' }];
  return {
    value,
    code,
    fields: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: `^[^|]*(\\s*\\|\\s*(${[...MODIFIERS].sort().join('|')}))*\\s*$` },
      properties: { activity_code: oneOrMore({ $ref: '#/definitions/code' }) },
      additionalProperties: oneOrMore(one),
    },
    search: { anyOf: [fields, one, { type: 'array', minItems: 1, items: { anyOf: [fields, one] } }] },
  };
}

function oneOrMore(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'array', items: schema, minItems: 1 }] };
}

function correlation(extension: boolean): Schema {
  const types = knownTypes(extension);
  return {
    type: 'object',
    description: extension ? 'Correlations that Sigma lacks.' : 'Counts what other rules match.',
    required: ['type', 'timespan'],
    properties: {
      type: { enum: types },
      rules: { ...TEXTS, description: 'Names or ids of the rules that it counts.' },
      'group-by': { ...TEXTS, description: 'Fields whose values are counted apart.' },
      timespan: DURATION,
      condition: { type: ['object', 'string'] },
      aliases: { type: 'object', additionalProperties: { type: 'object', additionalProperties: TEXT } },
      generate: { type: 'boolean' },
      field: { ...TEXTS, description: 'Whose values are compared.' },
      'warm-up': DURATION,
      forget: DURATION,
      min: { type: 'number', exclusiveMinimum: 0, description: 'The least size of the whole.' },
      top: { ...TEXTS, description: 'baseline: up to three fields whose largest values an alert names.' },
    },
    allOf: types.map(keysOf),
  };
}

function keysOf(type: CorrelationType): Schema {
  const { keys, condition: need, field } = SHAPES[type];
  const required = [
    ...(need === 'required' ? ['condition'] : []),
    ...(field !== 'none' && field !== 'optional' && keys.includes('field') ? ['field'] : []),
  ];
  const own = type === 'baseline' ? baselineCondition() : thresholds();
  return {
    if: { properties: { type: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      propertyNames: { enum: [...COMMON_KEYS, ...keys] },
      ...(need !== 'none' && { properties: { condition: own } }),
      ...(required.length > 0 && { required }),
    },
  };
}

function baselineCondition(): Schema {
  return objectOf(
    {
      'false-alarms': {
        type: 'string',
        pattern: '^\\s*\\d+(\\.\\d+)?\\s+(per|in|a|an)\\s+(\\d+[smhdwMy]|hour|day|week|month|year)\\s*$',
        description: 'How many alarms about nothing are bearable, over all series of the rule: 1 per 30d.',
      },
      min: {
        anyOf: [
          { type: 'number', exclusiveMinimum: 0 },
          { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([kKmMgGtT]?i?[bB])?\\s*$' },
        ],
        description: 'What a bucket must hold at least: 100MB, 1GiB, or a plain number.',
      },
      direction: { enum: ['up', 'down', 'both'], description: 'Without it: up.' },
    },
    ['false-alarms', 'min'],
  );
}

function thresholds(): Schema {
  const comparators = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];
  const body = objectOf({
    ...Object.fromEntries(comparators.map((name) => [name, { type: 'number' }])),
    field: TEXTS,
    percentile: { type: 'number', minimum: 0, maximum: 100 },
  });
  return {
    anyOf: [
      { ...body, anyOf: comparators.map((name) => ({ required: [name] })) },
      { type: 'string', description: 'temporal types: rule_a and not rule_b' },
    ],
  };
}
