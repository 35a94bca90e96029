import { SEVERITIES } from '../model/severity.ts';
import { DURATION, objectOf, type Schema, TEXT, TEXTS } from './schema-parts.ts';

/** `x-alert`. */
export function alertBlock(): Schema {
  const clock = { type: 'string', pattern: '^\\d{1,2}:\\d{2}$' };
  const window = {
    anyOf: [
      { type: 'string', pattern: '^\\s*\\S+\\s+\\d{1,2}:\\d{2}\\s*-\\s*\\d{1,2}:\\d{2}\\s*$' },
      objectOf({ days: TEXTS, from: clock, to: clock }),
    ],
    description: 'mon-fri 07:00-20:00; an end before the start crosses midnight.',
  };
  return {
    ...objectOf({
      title: {
        type: 'string',
        description: '{{actor}}, {{target}}, {{activity}}, {{count}}, {{value}}, {{group.FIELD}}, {{FIELD}}',
      },
      dedup: { ...TEXTS, description: 'Fields whose values make alerts the same.' },
      suppress: {
        ...DURATION,
        description:
          'The same again within this time of the first event only counts. Without it: 1h, after a correlation’s timespan.',
      },
      runbook: { type: 'string', description: 'What to do; stands in e-mails.' },
      owner: { type: 'string', description: 'Who answers for the rule.' },
      schedule: objectOf({
        zone: { type: 'string', description: 'IANA name such as Europe/Berlin.' },
        windows: { anyOf: [window, { type: 'array', items: window, minItems: 1 }] },
      }),
    }),
    description: 'How the rule alerts.',
  };
}

/** `x-tests`. */
export function testsBlock(): Schema {
  const alert = objectOf({
    rule: TEXT,
    status: { enum: ['stable', 'test', 'experimental'] },
    severity: { enum: [...SEVERITIES] },
    dedupKey: TEXT,
    group: { type: 'object' },
    openedAt: TEXT,
    firstEventAt: TEXT,
    lastEventAt: TEXT,
    count: { type: 'integer', minimum: 0 },
    title: TEXT,
    value: { type: 'number' },
    expected: { type: 'number' },
    channel: { enum: ['up', 'ramp', 'drop', 'new'] },
  });
  const repeat = {
    ...objectOf(
      {
        every: DURATION,
        for: DURATION,
        during: { ...TEXTS, description: 'Only then, in UTC: mon-fri 08:00-18:00.' },
        vary: {
          type: 'string',
          pattern: '^\\s*\\d{1,2}(\\.\\d+)?\\s*%\\s*$',
          description: 'Traffic counters differ by up to so much: 20%.',
        },
      },
      ['every', 'for'],
    ),
    description: 'The event stands for many: one every so often, for so long.',
  };
  const test = objectOf(
    {
      name: { type: 'string', description: 'What happens, in words.' },
      events: {
        type: 'array',
        items: { type: 'object', properties: { repeat } },
        description: 'Objects of the API; id, time, activity and names are filled in where they are missing.',
      },
      lists: { type: 'object', additionalProperties: TEXTS, description: 'Entries of lists, in place of their own.' },
      alerts: {
        anyOf: [
          { type: 'integer', minimum: 0 },
          { type: 'array', items: alert },
        ],
        description: 'How many alerts are opened, or what each of them holds.',
      },
    },
    ['name', 'events', 'alerts'],
  );
  return { type: 'array', items: test, description: 'Run by `rules test` through the engine that also runs live.' };
}
