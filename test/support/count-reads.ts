import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What reads through a client have cost since the last reset. */
export interface Reads {
  /** Read units, as the answers say. */
  readonly units: number;
  readonly requests: number;
  readonly items: number;
  reset(): void;
}

interface ReadOutput {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
  readonly Count?: number;
}

/** Has every Query and GetItem of the client say what it costs. */
export function countReads(client: DynamoDBClient): Reads {
  const counted = { units: 0, requests: 0, items: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isRead = ['QueryCommand', 'GetItemCommand'].includes(String(context.commandName));
      if (!isRead) return next(args);
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity, Count = 0 } = result.output as ReadOutput;
      counted.units += ConsumedCapacity?.CapacityUnits ?? 0;
      counted.requests += 1;
      counted.items += Count;
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
