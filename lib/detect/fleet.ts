/**
 * What all series of a baseline did, day by day. It is kept in shards: a State item remembers the last version of each
 * series that it has counted, and one item could not do that for tens of thousands of them.
 */
import type { FleetState } from './baseline/types.ts';
import { hashOf } from './identity.ts';

/** So many items per rule. 20,000 series leave some 80 KB of marks in each. */
const SHARDS = 16;

type RuleKey = { readonly key: string; readonly version: string };

/** State keys of the shards of a rule's fleet. */
export function fleetKeys(tenant: string, rule: RuleKey): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => fleetKey(tenant, rule, shard));
}

/** The shard that counts a series, and what its days are marked with: short, since each shard keeps thousands. */
export function placeInFleet(
  tenant: string,
  rule: RuleKey,
  seriesKey: string,
): { readonly key: string; readonly partition: string } {
  const partition = hashOf([seriesKey], 16);
  return { key: fleetKey(tenant, rule, Number.parseInt(partition.slice(0, 4), 16) % SHARDS), partition };
}

/** `shards` as `merge` puts them together; undefined where there is none. */
export function wholeFleet(
  shards: readonly (FleetState | undefined)[],
  merge: (a: FleetState, b: FleetState) => FleetState,
): FleetState | undefined {
  return shards.reduce((all, shard) => (all && shard ? merge(all, shard) : (all ?? shard)), undefined);
}

function fleetKey(tenant: string, { key, version }: RuleKey, shard: number): string {
  return `fleet#${tenant}#${key}#${version}#${shard}`;
}
