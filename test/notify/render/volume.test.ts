import { gsm7Length, toGsm7 } from '../../../lib/notify/render/gsm7.ts';
import { renderNotice } from '../../../lib/notify/render/notice.ts';
import { sparkline } from '../../../lib/notify/render/sparkline.ts';
import { volumeAlert } from '../alerts.ts';

const utc = { timeZone: 'UTC' };

describe('the e-mail of an unusual volume', () => {
  it('says how much, what is usual, why it counts, and where it went', () => {
    const { email } = renderNotice(volumeAlert(), utc);
    expect(email).toContain('12.4 GB from 02:00 to 03:00, in 132 events; about 2 MB was expected.');
    expect(email).toContain('Usually 1 MB to 210 MB at this time of the week, and nothing in 60 % of the cases.');
    expect(email).toContain('59 times the upper end of what is usual.');
    expect(email).toContain('The highest in 28 days; before that it was 940 MB.');
    expect(email).toContain('More than usual for 2 hours in a row.');
    expect(email).toContain('to:    backup-eu (11.9 GB), files (450 MB)');
    expect(email).toContain('Group:    reporter_id = ch8i4ug6lnn4g9hqv7m0 (laptop-7)');
    expect(email).toContain('events --source traffic --since 2026-11-23T02:00:00Z --until 2026-11-23T03:00:00Z');
    expect(email).not.toContain('Events (UTC)');
  });

  it('draws the last buckets beside the usual range, on one scale', () => {
    const { email } = renderNotice(volumeAlert(), utc);
    expect(email).toMatch(/it was {11}[·▁▂▃▄▅▆▇█]{23}█ {2}at most 12\.4 GB\n/);
    expect(email).toMatch(/usually at most {2}[·▁]{24} {2}at most 200 MB\n/);
  });

  it('says when it was last as high, that the hour goes on, and that it is still learning', () => {
    const evidence = { lastAsHigh: '2026-11-09', isOpen: true, learning: true, reasons: [] };
    const { email } = renderNotice(volumeAlert({}, evidence), utc);
    expect(email).toContain('12.4 GB so far from 02:00 to 03:00');
    expect(email).toContain('It was last as high on 2026-11-09.');
    expect(email).toContain('what is usual is still being learned');
  });

  it('says of a drop how little there was, and where that is so', () => {
    const drop = {
      value: 0,
      direction: 'down',
      channel: 'drop',
      expected: 3e9,
      low: 1e9,
      high: 4e9,
      emptyShare: 0,
      reasons: [{ is: 'fell-silent', buckets: 6 }],
      top: [],
    } as const;
    const { email } = renderNotice(volumeAlert({ count: 0 }, drop), utc);
    expect(email).toContain('Only 0 B from 02:00 to 03:00; about 3 GB was expected.');
    expect(email).toContain('Next to nothing for 6 hours in a row');
    expect(email).not.toContain('Most of it');
  });

  it('counts events without a unit of bytes, in buckets of any length', () => {
    const counted = { unit: 'events', value: 5120, low: 3, high: 40, emptyShare: 0, top: [] } as const;
    const start = Date.parse('2026-11-23T02:00:00Z') * 1000;
    const bucket = { start, end: start + 900_000_000 };
    const { email } = renderNotice(volumeAlert({}, { ...counted, bucket }), utc);
    expect(email).toContain('5,120 events from 02:00 to 02:15; ');
    expect(email).toContain('Usually 3 events to 40 events');
    expect(email).toContain('The last 24 buckets of 15 minutes');
  });

  it('shows names from events as one line of visible characters, and breaks links', () => {
    const top = [
      { field: 'destination.name', values: [{ name: 'evil\u202e\n.com/x https://a.example/b', value: 1e9 }] },
    ];
    const { email } = renderNotice(volumeAlert({}, { top }), utc);
    expect(email).toContain('to:    evil [.]com/x https[:]//a[.]example/b (1 GB)');
  });
});

describe('the text message of an unusual volume', () => {
  it('holds the essence in one part', () => {
    const { sms } = renderNotice(volumeAlert(), utc);
    expect(sms).toBe(
      'HIGH: laptop-7 moved 12.4 GB in an hour, usually 2 MB. Usual 1 MB to 210 MB, most to backup-eu. 23 Nov 02:00 UTC.',
    );
  });

  it('says how much where the title does not, and never takes more than one part', () => {
    const { sms } = renderNotice(volumeAlert({ title: 'Unusual volume' }), utc);
    expect(sms).toContain('Unusual volume by laptop-7. 12.4 GB, usual 1 MB to 210 MB, most to backup-eu.');
    for (const title of ['a'.repeat(300), '{}'.repeat(80), 'ł'.repeat(200), 'x'.repeat(100)]) {
      const long = renderNotice(volumeAlert({ title }, { names: { reporter_id: 'n'.repeat(90) } }), utc).sms;
      expect(gsm7Length(long)).toBeLessThanOrEqual(148);
      expect(toGsm7(long)).toBe(long);
      expect(long).toContain('23 Nov 02:00 UTC.');
    }
  });
});

it('tells machines the evidence, with times as text', () => {
  const { evidence, source } = JSON.parse(renderNotice(volumeAlert(), utc).json);
  expect(source).toBe('traffic');
  expect(evidence).toMatchObject({
    value: 12_400_000_000,
    bucket: { start: '2026-11-23T02:00:00.000000Z', end: '2026-11-23T03:00:00.000000Z' },
    reasons: [{ is: 'above-usual', times: 59.04 }, {}, {}],
  });
});

it('draws nothing as a dot, anything as a block, and more than there is room for as a full one', () => {
  expect(sparkline([0, 1, 50, 100, 1000], 100)).toBe('·▁▄██');
  expect(sparkline([0, 0], 0)).toBe('··');
});
