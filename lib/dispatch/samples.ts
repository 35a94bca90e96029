import { compareDecimal } from '../model/change.ts';
import { type EventSummary, MAX_SAMPLES } from '../model/finding.ts';

/** Names longer than this are cut, so that a state item stays far below its limit. */
const MAX_NAME = 200;

/** The first `MAX_SAMPLES` of both in event order, each event once. The order of calls does not matter. */
export function mergeSamples(kept: readonly EventSummary[], added: readonly EventSummary[]): EventSummary[] {
  const byRef = new Map<string, EventSummary>();
  for (const sample of kept) byRef.set(sample.ref, sample);
  for (const sample of added) if (!byRef.has(sample.ref)) byRef.set(sample.ref, clipped(sample));
  return [...byRef.values()].sort(compareSamples).slice(0, MAX_SAMPLES);
}

/** Time, then numeric id (a stored event's ref ends in `#<id>`), then the ref itself. */
function compareSamples(a: EventSummary, b: EventSummary): number {
  return a.at - b.at || compareDecimal(idOf(a), idOf(b)) || (a.ref < b.ref ? -1 : 1);
}

/** The numeric id in a stored event's ref. */
export function idOf(sample: EventSummary): string {
  return sample.ref.slice(sample.ref.lastIndexOf('#') + 1);
}

function clipped(sample: EventSummary): EventSummary {
  return { ...sample, actor: clip(sample.actor, MAX_NAME), target: clip(sample.target, MAX_NAME) };
}

/** At most `most` UTF-16 units, the cut marked with `…`, no character cut in half. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
