import fc from 'fast-check';
import { SEVERITIES } from '../../../lib/model/severity.ts';
import { gsm7Length, toGsm7 } from '../../../lib/notify/render/gsm7.ts';
import { renderFallback, renderNotice } from '../../../lib/notify/render/notice.ts';
import { MAX_PUBLISH_BYTES, publishInput, sizeOf } from '../../../lib/notify/sns/publish-input.ts';
import { alert, START, sample } from '../alerts.ts';

const utc = { timeZone: 'UTC' };
const berlin = { timeZone: 'Europe/Berlin' };

describe('the subject', () => {
  it('says how bad, what, who and how many', () => {
    expect(renderNotice(alert(), utc).subject).toBe('[HIGH] Route deleted by backup-agent (14 events)');
  });

  it('does not repeat who, and does not count one', () => {
    const one = alert({ title: 'backup-agent deleted route-1', count: 1, samples: [sample(0)] });
    expect(renderNotice(one, utc).subject).toBe('[HIGH] backup-agent deleted route-1');
  });

  it('names nobody where several did it, or where not all is known', () => {
    const several = alert({ samples: [sample(0), sample(1, { actor: 'maria' })] });
    expect(renderNotice(several, utc).subject).toBe('[HIGH] Route deleted (14 events)');
    expect(renderNotice(alert({ count: 30, group: {} }), utc).subject).toBe('[HIGH] Route deleted (30 events)');
    expect(renderNotice(alert({ count: 30 }), utc).subject).toContain('by backup-agent (30 events)');
  });

  it('says that the target in the title is one of several', () => {
    const { subject, sms, email } = renderNotice(alert({ title: 'backup-agent deleted route-1' }), utc);
    expect(subject).toBe('[HIGH] backup-agent deleted route-1 and 13 more (14 events)');
    expect(sms).toBe('HIGH: backup-agent deleted route-1 and 13 more. 14 events, 23 Nov 15:51 UTC.');
    expect(email).toMatch(/^HIGH: backup-agent deleted route-1 and 13 more\n/);
    expect(renderNotice(alert({ title: 'Lost: route-1', count: 99 }), utc).subject).toContain(
      'route-1 and at least 13 more',
    );
  });

  it('keeps its ends and marks the cut', () => {
    const { subject } = renderNotice(alert({ title: 'Ä'.repeat(200) }), utc);
    expect(subject).toMatch(/^\[HIGH\] A+\.\.\. \(14 events\)$/);
    expect(subject).toHaveLength(99);
  });
});

describe('the text message', () => {
  it('is complete in itself', () => {
    expect(renderNotice(alert(), utc).sms).toBe(
      'HIGH: Route deleted by backup-agent: route-1 and 13 more. 14 events, 23 Nov 15:51 UTC.',
    );
    expect(renderNotice(alert(), berlin).sms).toContain('23 Nov 16:51 GMT+1.');
  });

  it('tells one event', () => {
    const one = alert({ count: 1, samples: [sample(0, { target: 'Büro Köln' })] });
    expect(renderNotice(one, utc).sms).toBe(
      'HIGH: Route deleted by backup-agent: Büro Köln. 1 event, 23 Nov 15:51 UTC.',
    );
  });

  it('takes a name for said only where it is a word of its own', () => {
    const short = alert({ title: 'Route deleted', count: 1, samples: [sample(0, { actor: 'te', target: 'Route' })] });
    expect(renderNotice(short, utc).sms).toBe('HIGH: Route deleted by te. 1 event, 23 Nov 15:51 UTC.');
  });

  it('tells that nothing came', () => {
    const none = alert({ title: 'No events for 2h', count: 0, samples: [] });
    expect(renderNotice(none, utc).sms).toBe('HIGH: No events for 2h. 23 Nov 15:51 UTC.');
  });

  it('shortens names before it shortens the title, and keeps time and count', () => {
    const long = alert({
      title: 'T'.repeat(300),
      samples: [sample(0, { actor: 'a'.repeat(90), target: '['.repeat(90) })],
    });
    const { sms } = renderNotice(long, utc, { moreSinceLastNotice: 5 });
    expect(sms).toMatch(/^HIGH: T{40,}\.\.\. by a{17}\.\.\.: \[{8}\.\.\.\. 14 events, 23 Nov 15:51 UTC\.$/);
    expect(gsm7Length(sms)).toBeLessThanOrEqual(148);
  });
});

describe('the e-mail', () => {
  it('tells what, who, when, where, each event, what to do and how to look', () => {
    const { email } = renderNotice(alert(), berlin);
    for (const line of [
      'HIGH: Route deleted by backup-agent',
      'What:     Route deleted (rule route_deleted)',
      'Who:      backup-agent',
      'When:     2026-11-23 15:51:34 UTC (2026-11-23 16:51:34 Europe/Berlin)',
      '          to 2026-11-23 15:51:47 UTC (2026-11-23 16:51:47 Europe/Berlin)',
      'Where:    NetBird account default, audit events',
      'Target:   route-1, route-2, route-3, route-4, route-5 and 9 more',
      'How many: 14 events',
      'Group:    initiator_id = d12ab',
      '  2026-11-23 15:51:34  route.delete  route-1  by backup-agent',
      '  2026-11-23 15:51:47  route.delete  route-14  by backup-agent',
      '  Attackers delete routes to hide or to harm.',
      '  - Planned work on the network',
      '  T1562.007  https://attack.mitre.org/techniques/T1562/007/',
      '  impact',
      'Alert 3f2a90cc51d07be4. To look at it and at what else happened then:',
      '  netbird-alerts alerts list',
      '  netbird-alerts events --since 2026-11-23T15:51:34Z --until 2026-11-23T15:51:48Z',
    ]) {
      expect(email.split('\n')).toContain(line);
    }
    expect(email).not.toMatch(/^ {2}and \d+ more$/m);
  });

  it('lists twenty events and says how many more there are', () => {
    const samples = Array.from({ length: 25 }, (_, n) => sample(n));
    const { email } = renderNotice(alert({ count: 32, samples }), utc);
    expect(email.match(/ {2}route\.delete {2}/g)).toHaveLength(20);
    expect(email.split('\n')).toContain('  and 12 more');
  });

  it('says what was counted since the last notice', () => {
    const told = renderNotice(alert(), utc, { moreSinceLastNotice: 26 });
    expect(told.email).toContain('26 more since the last notice');
    expect(told.sms).toContain('+26 since last notice');
    expect(renderNotice(alert(), utc).email).not.toContain('since the last notice');
  });

  it('does without what a rule leaves out', () => {
    const { key, title, status, severity, suppressMs } = alert().rule;
    const rule = { key, title, status, severity, suppressMs };
    const { email } = renderNotice(alert({ rule, group: {}, samples: [sample(0, { actor: '' })], count: 1 }), utc);
    expect(email).toContain('Who:      not named by NetBird');
    expect(email).not.toMatch(/What to do|harmless|MITRE|matters|Group|\n\n\n/);
  });

  it('has no line that an event could have written', () => {
    const forged = 'x\nWho:      maria\n\u2028When: never\u001b[2J';
    const { email } = renderNotice(
      alert({ title: forged, samples: [sample(0, { actor: forged, target: forged })] }),
      utc,
    );
    expect(email.match(/^Who: /gm)).toHaveLength(1);
    expect(email.match(/^When: /gm)).toHaveLength(1);
    expect(email).not.toContain('\u001b');
  });
});

describe('the JSON', () => {
  it('has a versioned schema and times as text', () => {
    expect(JSON.parse(renderNotice(alert(), utc).json)).toMatchObject({
      schema: 'netbird-alerts/alert/1',
      id: '3f2a90cc51d07be4',
      severity: 'high',
      count: 14,
      firstEventAt: '2026-11-23T15:51:34.035000Z',
      events: expect.arrayContaining([expect.objectContaining({ activity: 'route.delete', actor: 'backup-agent' })]),
    });
  });

  it('keeps names whole, and escapes what a terminal would act on', () => {
    const name = 'a\u202eb\u001bc\u0085d\u{e0041}\ud800';
    const { json } = renderNotice(alert({ samples: [sample(0, { target: name })] }), utc);
    expect(JSON.parse(json).events[0].target).toBe(name);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe('the short text that stands in', () => {
  it('holds no word of an event and keeps all bounds', () => {
    const odd = alert({ title: 'SECRET', id: 'é'.repeat(500), samples: [sample(0, { actor: 'SECRET' })] });
    const notice = renderFallback(odd);
    expect(JSON.stringify(notice)).not.toContain('SECRET');
    expect(notice.subject).toMatch(/^\[HIGH\] NetBird alert e{40}$/);
    expect(notice.sms.length).toBeLessThanOrEqual(148);
    expect(JSON.parse(notice.json)).toMatchObject({ schema: 'netbird-alerts/alert/1', isFallback: true });
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', '\ud800', '[', '\r\n', '\u202e'),
);
const anyAlert = fc
  .record({
    title: text,
    actor: text,
    target: text,
    activity: text,
    severity: fc.constantFrom(...SEVERITIES),
    count: fc.oneof(fc.nat({ max: 40 }), fc.nat()),
    samples: fc.nat({ max: 20 }),
    group: fc.dictionary(text, text, { maxKeys: 4 }),
    key: text,
    tenant: text,
  })
  .map(({ title, actor, target, activity, severity, count, samples, group, key, tenant }) =>
    alert({
      title,
      count,
      group,
      tenant,
      rule: { ...alert().rule, severity, title, key },
      samples: Array.from({ length: samples }, (_, n) =>
        sample(n, { actor: actor + (n % 3), target: target + n, activity }),
      ),
    }),
  );

it('keeps every bound that SNS and phones set, whatever the names are', () => {
  fc.assert(
    fc.property(
      anyAlert,
      fc.constantFrom(utc, berlin, { timeZone: 'Asia/Kathmandu' }),
      fc.nat(),
      (some, settings, more) => {
        const notice = renderNotice(some, settings, { moreSinceLastNotice: more });
        expect(notice.subject).toMatch(/^[ -~]{1,100}$/);
        expect(toGsm7(notice.sms)).toBe(notice.sms);
        // With the display name that SNS puts before it, 160.
        expect(gsm7Length(`NETBIRD AL> ${notice.sms}`)).toBeLessThanOrEqual(160);
        expect(notice.sms).toContain('23 Nov');
        expect(notice.email).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(notice.json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(notice.json).title).toBe(some.title);
        for (const value of Object.values(notice.attributes)) expect(value).toMatch(/^[^\p{Cc}]+$/u);
        expect(sizeOf(publishInput(notice, 'arn'))).toBeLessThan(MAX_PUBLISH_BYTES);
      },
    ),
    { numRuns: 300 },
  );
});

it('tells the time of the first event', () => {
  expect(renderNotice(alert({ firstEventAt: START - 86_400_000_000 }), utc).sms).toContain('22 Nov 15:51 UTC');
});
