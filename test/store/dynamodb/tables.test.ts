import { createTableInput } from '../../../lib/store/dynamodb/tables.ts';
import { EVENTS_TABLE, STATE_TABLE } from '../../../lib/store/schema.ts';

describe('createTableInput', () => {
  it('gives the Events table its stream, its indexes and the local index that keeps a day’s events together', () => {
    const input = createTableInput(EVENTS_TABLE, 'Events-1');
    expect(input).toMatchObject({
      TableName: 'Events-1',
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
    expect(input.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual([
      'byActivity',
      'byActor',
      'byTarget',
      'byReporter',
    ]);
    expect(input.LocalSecondaryIndexes?.map(({ KeySchema }) => KeySchema?.[1]?.AttributeName)).toEqual(['neverSet']);
  });

  it('defines each key attribute once, and asks for no stream where the schema has none', () => {
    const input = createTableInput(STATE_TABLE, 'State-1');
    expect(input.AttributeDefinitions).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'dueFor', AttributeType: 'S' },
      { AttributeName: 'dueAt', AttributeType: 'N' },
    ]);
    expect(input).not.toHaveProperty('StreamSpecification');
    expect(input).not.toHaveProperty('LocalSecondaryIndexes');
  });
});
