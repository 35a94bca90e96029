import type { EvidenceReason, RecentBucket } from '../../model/evidence.ts';
import type { Frame } from './frame.ts';
import type { Judgement } from './judge.ts';
import { AT, DAYS, type Memory, RECENT } from './memory.ts';
import type { Explanation, StepContext } from './types.ts';

/** All that a person needs to believe an alarm, from what was known before the bucket. */
export function explain(
  memory: Memory,
  frame: Frame,
  value: number,
  context: StepContext,
  judgement: Judgement,
): Explanation {
  const { slot, expected } = judgement;
  const { low, high } = rangeOf(memory, slot);
  const { highest, lastAsHigh, days } = highsOf(memory, frame, context.local.day, value);
  const about = {
    expected: expected.mean,
    low,
    high,
    emptyShare: memory.slotEmpty(slot),
    seen: memory.slotVisits(slot),
    highest28: highest,
  };
  const reasons = reasonsOf(memory, frame, value, judgement, { ...about, days, context });
  const recent = recentOf(memory, value, slot);
  return { ...about, ...(lastAsHigh === undefined ? {} : { lastAsHighDay: lastAsHigh }), reasons, recent };
}

function rangeOf(memory: Memory, slot: number): { low: number; high: number } {
  return { low: memory.valueOf(memory.slotLow(slot)), high: memory.valueOf(memory.slotHigh(slot)) };
}

/** The days before today. */
function highsOf(
  memory: Memory,
  frame: Frame,
  today: number,
  value: number,
): { highest: number; lastAsHigh: number | undefined; days: number } {
  const age = Math.ceil((memory.whole(AT.steps) * frame.minutes) / 1440);
  const days = Math.min(DAYS - 1, age);
  let highest = 0;
  let lastAsHigh: number | undefined;
  for (let day = today - 1; day >= today - days; day--) {
    const high = memory.high(day);
    if (high > highest) highest = high;
    if (lastAsHigh === undefined && high > 0 && high >= value) lastAsHigh = day;
  }
  return { highest, lastAsHigh, days };
}

interface Known {
  readonly high: number;
  readonly emptyShare: number;
  readonly seen: number;
  readonly highest28: number;
  readonly days: number;
  readonly context: StepContext;
}

function reasonsOf(memory: Memory, frame: Frame, value: number, judgement: Judgement, known: Known): EvidenceReason[] {
  if (judgement.channel === 'drop') return [{ is: 'fell-silent', buckets: memory.byte(AT.silence) + 1 }];
  const reasons: EvidenceReason[] = [];
  const fleetHigh = known.context.fleet?.highs[1];
  if (judgement.channel === 'new' && fleetHigh) reasons.push({ is: 'beyond-fleet', times: value / fleetHigh });
  if (judgement.channel === 'ramp') reasons.push(dayGrew(frame, judgement));
  const beside = besideUsual(frame, value, known);
  if (beside) reasons.push(beside);
  if (known.days > 0 && value > known.highest28) reasons.push({ is: 'highest', days: known.days });
  const run = judgement.up.alone > 0 ? memory.byte(AT.run) + 1 : 0;
  if (run > 1) reasons.push({ is: 'goes-on', buckets: run });
  return reasons;
}

function besideUsual(frame: Frame, value: number, { seen, emptyShare, high }: Known): EvidenceReason | undefined {
  if (seen >= 3 * frame.visits && emptyShare > 0.8) return { is: 'usually-empty', emptyShare };
  return high > 0 && value > high ? { is: 'above-usual', times: value / high } : undefined;
}

function dayGrew(frame: Frame, { ramp }: Judgement): EvidenceReason {
  const perDay = 24 / frame.hours;
  return {
    is: 'day-grew',
    times: ramp.mean / Math.max(ramp.expected, 1e-9),
    day: ramp.mean * perDay,
    usualDay: ramp.expected * perDay,
  };
}

function recentOf(memory: Memory, value: number, slot: number): RecentBucket[] {
  const steps = Math.min(memory.whole(AT.steps), RECENT - 1);
  const next = memory.byte(AT.recentAt);
  const recent: RecentBucket[] = [];
  for (let back = steps; back >= 1; back--) {
    const index = (next - back + RECENT) % RECENT;
    recent.push({ value: memory.recentValue(index), ...rangeOf(memory, memory.recentSlot(index)) });
  }
  return [...recent, { value, ...rangeOf(memory, slot) }];
}
