import { compareDecimal, type Position } from '../model/change.ts';

/** What a State item has absorbed: per ordered stream partition the highest sequence number, and when (epoch ms). */
export type Marks = Readonly<Record<string, Mark>>;

export interface Mark {
  readonly sequence: string;
  /** Wall clock (epoch ms) of the last record. */
  readonly at: number;
}

/** Longer than a DynamoDB stream keeps a record (24 h), so no record can come again after its mark is dropped. */
export const MARK_LIFE_MS = 25 * 3_600_000;

/** Of these, those that have not been absorbed yet. */
export function freshOf<C extends { readonly position: Position }>(
  marks: Marks,
  all: readonly C[],
  now: number,
): readonly C[] {
  const markOf = perPartition((partition) => marks[partition]);
  const fresh = all.filter(({ position }) => {
    const mark = markOf(position);
    return !mark || isDead(mark, now) || compareDecimal(position.sequence, mark.sequence) > 0;
  });
  return fresh.length === all.length ? all : fresh;
}

/** The marks after absorbing `positions`, without those that nothing can need any more. */
export function withMarks(marks: Marks, positions: Iterable<Position>, now: number): Marks {
  const next: Record<string, Mark> = {};
  for (const partition in marks) {
    const mark = marks[partition];
    if (mark && !isDead(mark, now)) next[partition] = mark;
  }
  const nameOf = perPartition((partition) => partition);
  for (const position of positions) {
    const partition = nameOf(position);
    const known = next[partition];
    if (known?.at === now && compareDecimal(position.sequence, known.sequence) <= 0) continue;
    const isHigher = !known || compareDecimal(position.sequence, known.sequence) > 0;
    next[partition] = { sequence: isHigher ? position.sequence : known.sequence, at: now };
  }
  return next;
}

/** Asks once for neighbours of one partition: batches bring long runs of them. */
function perPartition<T>(ask: (partition: string) => T): (position: Position) => T {
  let last: { readonly stream: string; readonly partition: string; readonly answer: T } | undefined;
  return ({ stream, partition }) => {
    if (last?.partition !== partition || last.stream !== stream) {
      // A re-created stream has another ARN and starts its numbers anew, so the stream is part of the name.
      last = { stream, partition, answer: ask(`${stream}|${partition}`) };
    }
    return last.answer;
  };
}

function isDead(mark: Mark, now: number): boolean {
  return now - mark.at > MARK_LIFE_MS;
}
