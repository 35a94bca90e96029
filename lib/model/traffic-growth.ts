import { TRAFFIC_COUNTERS, type TrafficEvent } from './traffic.ts';

/** Counters of a row; what a server does not send is 0. */
function counterOf(row: TrafficEvent, name: (typeof TRAFFIC_COUNTERS)[number]): number {
  return row[name] ?? 0;
}

/**
 * What is stored of a row after another copy of it was served: each counter at its highest, since none ever falls, and
 * everything else from the copy that is further on. Undefined: that copy says nothing new. It does not matter in which
 * order copies come, or how often.
 */
export function furtherRow<R extends TrafficEvent>(stored: R, served: R): R | undefined {
  const ahead = TRAFFIC_COUNTERS.filter((name) => counterOf(served, name) > counterOf(stored, name));
  const behind = TRAFFIC_COUNTERS.some((name) => counterOf(served, name) < counterOf(stored, name));
  // Rows without a window grow by their sub-events, also where nothing is counted.
  const tells = (served.events?.length ?? 0) - (stored.events?.length ?? 0);
  if (ahead.length === 0 && (behind || tells <= 0)) return undefined;
  const further = behind ? mostOf(stored, served) : served;
  const merged: Record<string, unknown> = { ...further };
  for (const name of TRAFFIC_COUNTERS) {
    if (stored[name] === undefined && served[name] === undefined) continue;
    merged[name] = Math.max(counterOf(stored, name), counterOf(served, name));
  }
  return merged as unknown as R;
}

/** Of two copies of which neither is further in all counters: that with more sub-events, then with more traffic. */
function mostOf<R extends TrafficEvent>(one: R, other: R): R {
  const rank = (row: R): [number, number] => [row.events?.length ?? 0, progressOf(row)];
  const [a, b] = [rank(one), rank(other)];
  return b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? other : one;
}

/** The sum of all counters: it rises with each growth of a row, and so tells its states apart. */
export function progressOf(row: TrafficEvent): number {
  return TRAFFIC_COUNTERS.reduce((sum, name) => sum + counterOf(row, name), 0);
}

/** The row with its counters less those of `before`: what has come since. Undefined: nothing that counts has. */
export function growthOf(before: TrafficEvent, row: TrafficEvent): TrafficEvent | undefined {
  const differences: Partial<Record<(typeof TRAFFIC_COUNTERS)[number], number>> = {};
  let grew = false;
  for (const name of TRAFFIC_COUNTERS) {
    if (row[name] === undefined) continue;
    const difference = Math.max(0, counterOf(row, name) - counterOf(before, name));
    differences[name] = difference;
    grew ||= difference > 0;
  }
  return grew ? { ...row, ...differences } : undefined;
}
