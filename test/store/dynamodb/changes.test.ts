import type { DynamoDBRecord } from 'aws-lambda';
import { fromItem, type Item } from '../../../lib/store/dynamodb/attribute.ts';
import { toChanges } from '../../../lib/store/dynamodb/index.ts';
import { eventToItem, quarantinedToItem, watermarkToItem } from '../../../lib/store/dynamodb/to-item.ts';
import { at, storedEvent } from '../../contracts/event-store.contract.ts';

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
