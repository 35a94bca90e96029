import * as z from 'zod';
import { parseDuration } from '../duration.ts';
import { duration } from './duration-text.ts';

/** How traffic is collected and kept. */
export interface TrafficConfig {
  readonly everyMs: number;
  /** `full`: rows as long as `keep` says. `rollup`: rows until NetBird can serve them no more, and hourly sums. */
  readonly store: 'full' | 'rollup';
  /** Parts that the rows of an hour are spread over: a thousand writes a second each. */
  readonly shards: number;
}

const block = z.strictObject({
  every: duration('1m', '6h', '5m').default('5m').describe('How often traffic is asked for.'),
  store: z
    .enum(['full', 'rollup'], 'is neither full nor rollup')
    .default('full')
    .describe('full keeps every row; rollup keeps rows for 8 days, and what they come to each hour.'),
  shards: z
    .int('is not a whole number')
    .min(1, 'is not between 1 and 64')
    .max(64, 'is not between 1 and 64')
    .default(1)
    .describe('Parts that the rows of an hour are spread over. One takes 1,000 new rows a second.'),
});

/** Whether traffic is collected, or a block whose settings may all be left out. */
export const trafficSchema = z.union([z.boolean(), block]);

export const TRAFFIC_KEYS: readonly string[] = Object.keys(block.shape);

/** The block with its defaults. */
export function toTraffic(written: z.output<typeof block> | true | undefined): TrafficConfig {
  const { every, store, shards } = typeof written === 'object' ? written : block.parse({});
  return { everyMs: parseDuration(every) ?? 0, store, shards };
}
