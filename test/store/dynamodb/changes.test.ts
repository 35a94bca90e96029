import type { DynamoDBRecord } from 'aws-lambda';
import { fromItem, type Item } from '../../../lib/store/dynamodb/attribute.ts';
import { toChanges } from '../../../lib/store/dynamodb/index.ts';
import { eventToItem, quarantinedToItem, watermarkToItem } from '../../../lib/store/dynamodb/to-item.ts';
import { trafficToItem } from '../../../lib/store/dynamodb/traffic-item.ts';
import { at, storedEvent } from '../../contracts/event-store.contract.ts';
import { storedRow, trafficRow } from '../../contracts/traffic-rows.ts';

const STREAM = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Events/stream/2026-11-23T00:00:00.000';
const settings = { alertHistoryMs: 3_600_000 };

function record(
  image: Item,
  fields: Partial<DynamoDBRecord> = {},
  sequence = '4421584500000000017450439092',
): DynamoDBRecord {
  const Keys = { pk: image['pk'], sk: image['sk'] };
  return {
    eventID: '7de3041dd709b024af6f29e4fa13d34c',
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN: STREAM,
    dynamodb: { Keys, NewImage: image, SequenceNumber: sequence, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    ...fields,
  } as DynamoDBRecord;
}

const event = storedEvent(22, '2026-11-23T15:51:34.0351234Z', { added_by_a_newer_server: { a: [1, null] } });
const watermark = {
  tenant: 'default',
  source: 'audit',
  bucket: '2026-11-23',
  upTo: at('2026-11-23T16:00:00Z'),
} as const;

describe('toChanges', () => {
  it('turns a new audit event into a change with the API fields only', () => {
    const { changes, rejected } = toChanges([record(eventToItem(event))], settings);
    const { tenant: _t, source: _s, collectedAt: _c, ...fields } = event;
    expect(rejected).toEqual([]);
    expect(changes).toEqual([
      {
        kind: 'event',
        tenant: 'default',
        source: 'audit',
        event: fields,
        at: at('2026-11-23T15:51:34.035123Z'),
        order: { nanosText: '2026-11-23T15:51:34.035123400Z', id: '22' },
        history: false,
        position: { stream: STREAM, partition: 'default#audit#2026-11-23', sequence: '4421584500000000017450439092' },
      },
    ]);
  });

  it('takes the watermark when it is first written and when it is overwritten', () => {
    const image = watermarkToItem(watermark);
    const records = [record(image, { eventName: 'INSERT' }, '1'), record(image, { eventName: 'MODIFY' }, '2')];
    const change = { kind: 'watermark', ...watermark };
    const position = { stream: STREAM, partition: 'default#audit#2026-11-23' };
    expect(toChanges(records, settings).changes).toEqual([
      { ...change, position: { ...position, sequence: '1' } },
      { ...change, position: { ...position, sequence: '2' } },
    ]);
  });

  it('skips rewritten and deleted events, quarantine, the list of days and other tables’ items', () => {
    const quarantined = quarantinedToItem({
      tenant: 'default',
      source: 'audit',
      receivedAt: '2026-11-23T15:00:00.000Z',
      raw: '{',
      reason: 'not JSON',
    });
    const records = [
      record(eventToItem(event), { eventName: 'MODIFY' }),
      record(eventToItem(event), { eventName: 'REMOVE' }),
      record(watermarkToItem(watermark), { eventName: 'REMOVE' }),
      record(quarantined),
      record({ pk: { S: 'default#days' }, sk: { S: '~days' }, days: { SS: ['2026-11-23'] } }),
      record({ pk: { S: 'default#a1b2' } }),
    ];
    expect(toChanges(records, settings)).toEqual({ changes: [], rejected: [] });
  });

  it('takes first-run events for history only when they are older than alertHistory at collection', () => {
    const first = (timestamp: string) =>
      record(eventToItem(storedEvent(1, timestamp, { firstRun: true, collectedAt: '2026-11-23T16:00:00.000Z' })));
    const records = [first('2026-11-23T14:59:59.999999Z'), first('2026-11-23T15:00:00Z')];
    expect(toChanges(records, settings).changes).toMatchObject([{ history: true }, { history: false }]);
    const later = storedEvent(1, '2026-11-01T00:00:00Z', { collectedAt: '2026-11-23T16:00:00.000Z' });
    expect(toChanges([record(eventToItem(later))], settings).changes).toMatchObject([{ history: false }]);
  });

  it('rejects what it cannot read, each with its reason and keys, and goes on', () => {
    const broken = { ...eventToItem(event), timestamp: { S: 'yesterday' }, meta: { L: [] } };
    const records = [
      record(broken),
      record({ ...watermarkToItem(watermark), upTo: { S: 'noon' } }),
      record(eventToItem(event), {}, ''),
      record(eventToItem(event), {
        dynamodb: { Keys: { pk: { S: 'default#audit#2026-11-23' }, sk: { S: 'x' } }, SequenceNumber: '5' },
      }),
      record(eventToItem(event)),
    ];
    const { changes, rejected } = toChanges(records, settings);
    expect(changes).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/timestamp: .*RFC 3339.*meta: /),
      expect.stringContaining('upTo'),
      expect.stringContaining('sequence number'),
      expect.stringContaining('new image'),
    ]);
    expect(fromItem(rejected[0]?.keys ?? {})).toEqual({
      pk: 'default#audit#2026-11-23',
      sk: '2026-11-23T15:51:34.035123Z#22',
    });
  });

  it('keeps the order of the records and the tenant of each', () => {
    const records = ['acme#eu', 'default'].map((tenant, index) =>
      record(eventToItem({ ...event, tenant }), {}, String(index)),
    );
    expect(toChanges(records, settings).changes.map(({ tenant, position }) => [tenant, position.sequence])).toEqual([
      ['acme#eu', '0'],
      ['default', '1'],
    ]);
  });
});

describe('toChanges of traffic', () => {
  const HOUR = '2026-11-23T15';
  const modified = (before: Item, after: Item, sequence = '8') => {
    const made = record(after, { eventName: 'MODIFY' }, sequence);
    return { ...made, dynamodb: { ...made.dynamodb, OldImage: before } } as DynamoDBRecord;
  };

  it('tells of a new row as it was served, with its derived fields, and of its growth as the difference', () => {
    const [before, after] = [storedRow(), storedRow({ tx_bytes: 7500, num_of_ends: 2 })].map((row) =>
      trafficToItem(row, HOUR),
    ) as [Item, Item];
    const { changes, rejected } = toChanges([record(before, {}, '7'), modified(before, after)], settings);
    expect(rejected).toEqual([]);
    const rowKey = before['sk']?.S?.split('#')[1];
    expect(changes).toMatchObject([
      { event: trafficRow(), order: { id: rowKey }, position: { partition: `default#traffic#${HOUR}`, sequence: '7' } },
      { event: { tx_bytes: 2500, rx_bytes: 0, total_bytes: 2500, num_of_ends: 1 }, growth: true },
    ]);
    expect(changes[0]).toMatchObject({ event: { total_bytes: 6000, dst_ip: '100.64.0.9' }, history: false });
    const [first] = changes;
    for (const ours of ['tenant', 'collectedAt', 'firstRun', 'expiresAt', 'notServed']) {
      expect(first?.kind === 'event' && first.event).not.toHaveProperty(ours);
    }
  });

  it('passes over what has only a longer list of sub-events, and deletions', () => {
    const before = trafficToItem(storedRow(), HOUR);
    const after = trafficToItem(storedRow({ events: [{ type: 'T', timestamp: '2026-11-23T15:01:00Z' }] }), HOUR);
    const records = [modified(before, after), record(before, { eventName: 'REMOVE' }, '9')];
    expect(toChanges(records, settings)).toEqual({ changes: [], rejected: [] });
  });

  it('takes rows of a first run for history, but not those that were young then, nor what has come since', () => {
    const collectedAt = '2026-11-23T18:00:00.000Z';
    const old = trafficToItem(storedRow({ firstRun: true, collectedAt }), HOUR);
    const young = trafficToItem(storedRow({ firstRun: true, collectedAt, window_start: '2026-11-23T17:30:00Z' }), HOUR);
    const grown = trafficToItem(storedRow({ collectedAt, tx_bytes: 9000 }), HOUR);
    const records = [record(old, {}, '1'), record(young, {}, '2'), modified(old, grown, '3')];
    expect(toChanges(records, settings).changes).toMatchObject([
      { history: true },
      { history: false },
      { history: false },
    ]);
  });

  it('names each part of an hour that is spread', () => {
    const bucket = '2026-11-23T15#1/4';
    const image = watermarkToItem({ tenant: 'default', source: 'traffic', bucket, upTo: 5, from: '2026-11-23T10' });
    expect(toChanges([record(image)], settings).changes).toMatchObject([{ bucket, upTo: 5, from: '2026-11-23T10' }]);
  });

  it('rejects a row without a time or without an old image', () => {
    const image = trafficToItem(storedRow(), HOUR);
    const broken = { ...image, protocol: { S: 'tcp' } };
    const records = [record(image, { eventName: 'MODIFY' }, '1'), record(broken, {}, '2')];
    expect(toChanges(records, settings).rejected.map(({ reason }) => reason)).toEqual([
      'the record has no old image: the stream must carry old images',
      expect.stringContaining('protocol'),
    ]);
  });
});
