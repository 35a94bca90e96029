import * as fc from 'fast-check';
import type { AuditEvent, StoredEvent } from '../../../lib/model/event.ts';
import { fromItem, toItem } from '../../../lib/store/dynamodb/attribute.ts';
import { eventFromItem, fieldsFromItem } from '../../../lib/store/dynamodb/from-item.ts';
import { eventToItem, fieldsToItem } from '../../../lib/store/dynamodb/to-item.ts';
import { storedEvent } from '../../contracts/event-store.contract.ts';

/** JSON as the wire has it: no -0 and no lone surrogates. */
const json = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('an event’s item', () => {
  it('gives back every field of any event, also unknown ones', () => {
    const extra = fc.dictionary(fc.string({ unit: 'binary' }), json);
    const meta = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
    );
    return fc.assert(
      fc.property(extra, meta, (unknown, meta) => {
        const event = { ...unknown, ...storedEvent(1, '2026-11-23T15:00:00.5Z', { meta }) } as StoredEvent<AuditEvent>;
        expect(eventFromItem(eventToItem(event))).toEqual(event);
      }),
    );
  });

  it('gives back the nested rows of the traffic feed', () => {
    const row = {
      flow_id: '61da332c-e15d-4a21-b34f-51a5c9c27d1a',
      reporter_id: 'peer-1',
      source: {
        id: 'p',
        type: 'PEER',
        name: 'büro',
        geo_location: { city_name: '', country_code: 'DE' },
        os: null,
        address: '[2001:db8::1]:443',
        dns_label: null,
      },
      icmp: { type: 0, code: 0 },
      rx_bytes: 123456789012345,
      tx_bytes: 0.5,
      events: [
        { type: 'TYPE_START', timestamp: '2026-11-23T15:00:00Z' },
        { type: 'TYPE_END', timestamp: '2026-11-23T15:00:01Z' },
      ],
    };
    expect(fieldsFromItem(fieldsToItem(row))).toEqual(row);
  });

  it('keeps what DynamoDB cannot say as JSON text', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 60; level++) deep = level % 2 ? [deep] : { deep };
    const value = { huge: 1e300, tiny: 1e-200, deep, unnamed: { '': 1 }, marked: { '~json': 'x' }, list: [1e300] };
    expect(fromItem(toItem(value))).toEqual(value);
    expect(toItem(value)['huge']).toEqual({ M: { '~json': { S: '1e+300' } } });
    const taken = { pk: 'of the API', byActor: 1, '': 2, '~json': 3, name: 'x' };
    expect(fieldsFromItem(fieldsToItem(taken))).toEqual(taken);
  });

  it('leaves undefined fields out and does not let a field change an object’s prototype', () => {
    expect(toItem({ a: undefined, b: [undefined] })).toEqual({ b: { L: [{ NULL: true }] } });
    const hostile = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as object;
    const back = fromItem(toItem(hostile));
    expect(Object.keys(back)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });
});
