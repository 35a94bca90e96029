import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What reads through a client have cost since the last reset. */
export interface Reads {
  /** Read units, as the answers say. */
  readonly units: number;
  readonly requests: number;
  readonly items: number;
  reset(): void;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

interface ReadOutput {
  /** A list where several tables were asked at once. */
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
  readonly Count?: number;
  readonly Responses?: Readonly<Record<string, readonly unknown[]>>;
}

/** Has every Query, GetItem and BatchGetItem of the client say what it costs. */
export function countReads(client: DynamoDBClient): Reads {
  const counted = { units: 0, requests: 0, items: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isRead = ['QueryCommand', 'GetItemCommand', 'BatchGetItemCommand'].includes(String(context.commandName));
      if (!isRead) return next(args);
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity = [], Count = 0, Responses = {} } = result.output as ReadOutput;
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) counted.units += CapacityUnits;
      counted.requests += 1;
      counted.items += Count + Object.values(Responses).flat().length;
      return result;
    },
    { step: 'initialize', name: 'countReads' },
  );
  return {
    get units() {
      return counted.units;
    },
    get requests() {
      return counted.requests;
    },
    get items() {
      return counted.items;
    },
    reset: () => Object.assign(counted, { units: 0, requests: 0, items: 0 }),
  };
}
