import { withoutSpacesInNames } from '../../lib/sigma/event/names.ts';

describe('names of fields', () => {
  it('takes spaces out of names at any depth, unless the name stands without them', () => {
    const event = { 'New Value': 'a b', 'Event Data': [{ 'Old Value': null }, 'Old Value'], NewValue: 1 };
    expect(withoutSpacesInNames(event)).toEqual({ NewValue: 1, EventData: [{ OldValue: null }, 'Old Value'] });
    expect(withoutSpacesInNames({ NewValue: 1, 'New Value': 2 })).toEqual({ NewValue: 1 });
  });

  it('gives back the event itself where no name has a space', () => {
    const event = { meta: { name: 'a b' }, list: [{ a: 1 }] };
    expect(withoutSpacesInNames(event)).toBe(event);
  });

  it('keeps names that objects inherit, and survives any depth', () => {
    const hostile = JSON.parse('{"__proto__": {"a b": 1}, "c d": 2}') as object;
    expect(JSON.stringify(withoutSpacesInNames(hostile))).toBe('{"cd":2,"__proto__":{"ab":1}}');
    const deep = JSON.parse(`${'{"a b":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
    expect(withoutSpacesInNames(deep)).toHaveProperty('ab');
  });
});
