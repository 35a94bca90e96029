import type { VolumeEvidence } from '../../model/evidence.ts';
import type { CorrelationInfo } from '../../model/rule.ts';
import { MICROS_PER_DAY, type Micros } from '../../model/timestamp.ts';
import type { Explanation, Verdict as Judged } from '../baseline/types.ts';
import { contributorsOf, type OpenBucket } from './baseline-buckets.ts';
import type { CorrelationContext, Verdict } from './correlation.ts';

/** A bucket that the detector has judged. */
export interface TakenBucket {
  readonly at: number;
  /** Absent: it held nothing. */
  readonly bucket: OpenBucket | undefined;
  readonly start: Micros;
  readonly size: Micros;
  readonly verdict: Judged;
  readonly isOpen: boolean;
  readonly names: Readonly<Record<string, string>>;
}

const NO_WORDS = { activity: '', actor: '', target: '' };

/** What is told of an unusual bucket of which `before` events were told already. */
export function verdictOf(taken: TakenBucket, info: CorrelationInfo, ctx: CorrelationContext, before: number): Verdict {
  const { bucket, start, size, verdict, isOpen } = taken;
  const end = start + size;
  const wasUnwatched = ctx.firstWatermark !== undefined && end <= ctx.firstWatermark;
  return {
    at: end,
    nanos: 0,
    id: '0',
    value: verdict.value,
    // Outer correlations hear of a bucket once, when it is over.
    isHit: !isOpen,
    openedAt: start,
    silent: bucket ? bucket.history === true : wasUnwatched,
    words: NO_WORDS,
    told: {
      count: (bucket?.events ?? 0) - before,
      firstEventAt: start,
      lastEventAt: end - 1,
      samples: [],
      words: NO_WORDS,
      firstRef: `bucket|${start}|${isOpen ? verdict.value : 'closed'}`,
      evidence: evidenceOf(taken, info),
    },
  };
}

function evidenceOf(
  { bucket, start, size, verdict, isOpen, names }: TakenBucket,
  info: CorrelationInfo,
): Omit<VolumeEvidence, 'source'> {
  const [field] = info.field;
  const { value, channel, score, threshold, learning, explanation } = verdict;
  const { lastAsHighDay, recent, expected, low, high, highest28, ...usual } = explanation ?? NOTHING_KNOWN;
  return {
    value,
    unit: unitOf(field),
    ...(field === undefined ? {} : { field }),
    bucket: { start, end: start + size },
    isOpen,
    direction: channel === 'drop' ? 'down' : 'up',
    channel,
    score: rounded(score),
    threshold: rounded(threshold),
    learning,
    ...usual,
    expected: brief(expected),
    low: brief(low),
    high: brief(high),
    highest28: brief(highest28),
    recent: recent.map((each) => ({ value: brief(each.value), low: brief(each.low), high: brief(each.high) })),
    ...(lastAsHighDay === undefined ? {} : { lastAsHigh: dateText(lastAsHighDay) }),
    top: channel === 'drop' || !bucket ? [] : contributorsOf(bucket, info.baseline?.top ?? []),
    names,
  };
}

const NOTHING_KNOWN: Explanation = {
  expected: 0,
  low: 0,
  high: 0,
  emptyShare: 0,
  seen: 0,
  highest28: 0,
  reasons: [],
  recent: [],
};

function unitOf(field: string | undefined): VolumeEvidence['unit'] {
  if (field === undefined) return 'events';
  return field.includes('bytes') ? 'bytes' : 'amount';
}

/** Nobody needs the parts of a byte. */
function brief(amount: number): number {
  return amount >= 100 ? Math.round(amount) : Number(amount.toFixed(3));
}

function rounded(score: number): number {
  return Number(score.toFixed(3));
}

function dateText(day: number): string {
  return new Date((day * MICROS_PER_DAY) / 1000).toISOString().slice(0, 10);
}
