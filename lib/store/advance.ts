/**
 * The one protocol that moves State exactly once, although streams deliver at least once and processes die anywhere.
 *
 * How it works: read the items together → hand on what an earlier write caused and did not get to hand on → drop
 * contributions at or below their mark → reduce the rest → write on condition of the version, with the new marks and
 * with what was caused in `pending` → hand that on → clear `pending`. Whoever loses a race reads again and redoes.
 *
 * Gotchas: nobody writes version n + 1 before the `pending` of version n was handed on, so a receiver that keeps marks
 * per (key, version) counts each once. An item with something pending has no TTL and is due at 0. Requests grow with
 * keys, not with contributions.
 */
import type { Position } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import { StoreError } from './errors.ts';
import { freshOf, MARK_LIFE_MS, type Marks, withMarks } from './marks.ts';
import type { StateItem, StateStore } from './ports.ts';

/** One State item to move. `P` must survive JSON, and so must `V`. */
export interface Step<V, C extends { readonly position: Position }, P> {
  readonly key: string;
  /** Partition of the `due` index: who looks at the item again. */
  readonly dueFor: string;
  /** None: the reducer is asked all the same, for instance to close a window. */
  readonly contributions: readonly C[];
  /**
   * Pure. `fresh` are the contributions not absorbed before, in the given order; `version` is the one this write will
   * have. Undefined: nothing changes.
   */
  reduce(value: V | undefined, fresh: readonly C[], version: number): Reduced<V, P> | undefined;
}

export interface Reduced<V, P> {
  readonly value: V;
  readonly caused: readonly P[];
  /** Event time (microseconds) at which the item must be looked at again. */
  readonly due?: number;
  /** Epoch seconds. Extended so that marks at receivers die before the item does. */
  readonly expiresAt?: number;
}

/** What one write caused: its position is (`state`, `key`, `version`). */
export interface Caused<P> {
  readonly key: string;
  readonly version: number;
  readonly items: readonly P[];
}

export interface AdvanceReport {
  readonly keys: number;
  readonly writes: number;
  readonly conflicts: number;
  /** Contributions that counted, and those absorbed before. */
  readonly fresh: number;
  readonly skipped: number;
}

/** Others kept winning the race for these keys. A later delivery goes on where this one stopped. */
export class StateContendedError extends StoreError {
  override readonly name = 'StateContendedError';

  constructor(keys: readonly string[]) {
    super(`state kept changing under ${keys.slice(0, 3).join(', ')}; the next delivery tries again`, {
      retryable: true,
    });
  }
}

/** Body of every State item that this protocol moves. */
interface Body<V, P> {
  readonly marks: Marks;
  readonly value?: V;
  readonly pending: readonly { readonly version: number; readonly items: readonly P[] }[];
  /** What the item's own `due` and `expiresAt` are again when nothing is pending. */
  readonly due?: number;
  readonly expiresAt?: number;
}

const MAX_ROUNDS = 16;
const WRITES_AT_ONCE = 16;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
/** Above the life of marks: the version of an item that came back starts at 1, below what receivers have marked. */
const LEAST_LIFE_SECONDS = MARK_LIFE_MS / 1000 + 3600;

/** Moves every step's State item once. Each key may stand in one step only. Throws what the store or `handOn` throws. */
export async function advance<V, C extends { readonly position: Position }, P>(
  store: StateStore,
  steps: readonly Step<V, C, P>[],
  handOn: (caused: readonly Caused<P>[]) => Promise<void>,
  clock: Clock,
): Promise<AdvanceReport> {
  const report = { keys: steps.length, writes: 0, conflicts: 0, fresh: 0 };
  let open = steps;
  for (let round = 0; open.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new StateContendedError(open.map((step) => step.key));
    if (round > 0) await pause(round);
    open = await attempt(store, open, handOn, clock, report);
    report.conflicts += open.length;
  }
  const given = steps.reduce((sum, step) => sum + step.contributions.length, 0);
  return { ...report, skipped: given - report.fresh };
}

/** One round over all steps; returns those that lost a race. */
async function attempt<V, C extends { readonly position: Position }, P>(
  store: StateStore,
  steps: readonly Step<V, C, P>[],
  handOn: (caused: readonly Caused<P>[]) => Promise<void>,
  clock: Clock,
  report: { writes: number; fresh: number },
): Promise<Step<V, C, P>[]> {
  const items = await store.getMany(steps.map((step) => step.key));
  await handOnAll(handOn, [...items.values()].flatMap(pendingOf<P>));
  const now = clock().getTime();
  const moves = steps.flatMap((step) => moveOf(step, items.get(step.key), now));
  const outcomes = await inGroups(moves, (move) => store.put(move.item));
  const written = moves.filter((_, index) => outcomes[index] === 'written');
  for (const move of written) {
    report.writes++;
    report.fresh += move.fresh;
  }
  const causing = written.filter((move) => pendingOf(move.item).length > 0);
  await handOnAll(
    handOn,
    causing.flatMap((move) => pendingOf<P>(move.item)),
  );
  // A lost race here is no loss: whoever won has handed on what was pending and dropped it.
  await inGroups(causing, (move) => store.put(cleared<V, P>(move.item, now)));
  report.writes += causing.length;
  return moves.filter((_, index) => outcomes[index] === 'conflict').map((move) => move.step);
}

interface Move<V, C extends { readonly position: Position }, P> {
  readonly step: Step<V, C, P>;
  readonly item: StateItem;
  readonly fresh: number;
}

/** The write that a step needs, if any. */
function moveOf<V, C extends { readonly position: Position }, P>(
  step: Step<V, C, P>,
  item: StateItem | undefined,
  now: number,
): Move<V, C, P>[] {
  const body = bodyOf<V, P>(item);
  const fresh = freshOf(body.marks, step.contributions, now);
  const version = (item?.version ?? 0) + 1;
  const isAsked = fresh.length > 0 || step.contributions.length === 0;
  const reduced = isAsked ? step.reduce(body.value, fresh, version) : undefined;
  if (!reduced && fresh.length === 0) {
    // What was pending is handed on by now.
    return item && body.pending.length > 0 ? [{ step, item: cleared<V, P>(item, now), fresh: 0 }] : [];
  }
  const next: Body<V, P> = {
    ...(reduced ? bodyFrom(reduced, version) : { ...body, pending: [] }),
    marks: withMarks(
      body.marks,
      fresh.map((each) => each.position),
      now,
    ),
  };
  return [{ step, item: itemOf({ key: step.key, version, dueFor: step.dueFor }, next, now), fresh: fresh.length }];
}

function bodyFrom<V, P>(reduced: Reduced<V, P>, version: number): Omit<Body<V, P>, 'marks'> {
  return {
    value: reduced.value,
    pending: reduced.caused.length > 0 ? [{ version, items: reduced.caused }] : [],
    ...(reduced.due === undefined ? {} : { due: reduced.due }),
    ...(reduced.expiresAt === undefined ? {} : { expiresAt: reduced.expiresAt }),
  };
}

function itemOf<V, P>(
  head: { key: string; version: number; dueFor: string },
  body: Body<V, P>,
  now: number,
): StateItem {
  const isPending = body.pending.length > 0;
  const due = isPending ? 0 : body.due;
  const least = Math.ceil(now / 1000) + LEAST_LIFE_SECONDS;
  return {
    key: head.key,
    version: head.version,
    body: { ...body, dueFor: head.dueFor },
    ...(due === undefined ? {} : { due: { for: head.dueFor, at: due } }),
    ...(isPending || body.expiresAt === undefined ? {} : { expiresAt: Math.max(body.expiresAt, least) }),
  };
}

function cleared<V, P>(item: StateItem, now: number): StateItem {
  const { dueFor, ...body } = item.body as Body<V, P> & { dueFor: string };
  return itemOf({ key: item.key, version: item.version + 1, dueFor }, { ...body, pending: [] }, now);
}

function bodyOf<V, P>(item: StateItem | undefined): Body<V, P> {
  return (item?.body as Body<V, P> | undefined) ?? { marks: {}, pending: [] };
}

function pendingOf<P>(item: StateItem): Caused<P>[] {
  const { pending } = item.body as Body<unknown, P>;
  return pending.map(({ version, items }) => ({ key: item.key, version, items }));
}

async function handOnAll<P>(
  handOn: (caused: readonly Caused<P>[]) => Promise<void>,
  caused: readonly Caused<P>[],
): Promise<void> {
  if (caused.length > 0) await handOn(caused);
}

async function inGroups<T, R>(all: readonly T[], run: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < all.length; start += WRITES_AT_ONCE) {
    results.push(...(await Promise.all(all.slice(start, start + WRITES_AT_ONCE).map(run))));
  }
  return results;
}

/** Full jitter: racers that wait at random do not meet again. */
async function pause(round: number): Promise<void> {
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (round - 1));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}
