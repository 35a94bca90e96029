import type { Alert } from '../model/alert.ts';
import type { EventChange } from '../model/change.ts';
import { InputError } from '../model/errors.ts';
import type { AuditEvent } from '../model/event.ts';
import type { Micros } from '../model/timestamp.ts';
import type { TrafficEvent } from '../model/traffic.ts';
import { Replay } from '../pipeline/replay.ts';
import { ReplayedChanges } from '../pipeline/replayed-changes.ts';
import type { RuleSet } from '../sigma/index.ts';
import { rememberNames } from '../store/names.ts';
import type { Entry, RowEntry } from './backtest-input.ts';
import { ReorderWindow } from './backtest-window.ts';
import type { Host } from './command.ts';

/** Milliseconds between two words on how far it is. */
const PROGRESS_EVERY_MS = 5000;
/** Entries that are held back to be sorted: some 40 MB of rows. */
const WINDOW = 20_000;
/** Live, rows that are later than this come too late for a baseline's bucket. */
const TOLERANCE: Micros = 15 * 60_000_000;
/** Events at once: few of them go through as live, many rows are taken together. */
const [SMALL_BATCH, LARGE_BATCH, MANY] = [64, 4096, 5000];
/** Of a large batch, so many rows are objects at a time. */
const PART = 256;

/** What a backtest is asked. */
export interface BacktestRun {
  readonly ruleSet: RuleSet;
  readonly tenant: string;
  readonly timeZone?: string;
  readonly from: Micros;
  readonly to: Micros;
}

/** Where its events come from. */
export interface BacktestSource {
  entries(): AsyncIterable<readonly Entry[]>;
  /** Undefined where the row cannot be understood. */
  rowOf(entry: RowEntry): TrafficEvent | undefined;
  /** Tells what could not be understood since it was asked last. */
  complain(): Promise<void>;
  /** Asked at the end: up to when the source speaks. */
  upTo(): Micros | undefined;
}

/** Runs rules over a source in the order of its events, however many there are. */
export async function runBacktest(run: BacktestRun, source: BacktestSource, host: Host): Promise<Alert[]> {
  const { tenant, ruleSet, timeZone } = run;
  const feeder = new Feeder(run, source, host);
  const settings = { tenant, ...(timeZone === undefined ? {} : { timeZone }) };
  const replay = new Replay(ruleSet, {
    ...settings,
    prepare: (state) => rememberNames(state, tenant, feeder.earlier),
  });
  const window = new ReorderWindow<Entry>(WINDOW);
  for await (const entries of source.entries()) {
    for (const entry of entries) {
      const ready = window.push(entry, TOLERANCE);
      if (ready.length > 0) await feeder.feed(ready, replay);
    }
  }
  const rest = window.end(TOLERANCE);
  await feeder.feed(rest, replay, rest.length);
  if (window.late > 0) await host.err.write(lateNote(window.late));
  const upTo = source.upTo();
  return replay.end(upTo === undefined ? undefined : Math.min(upTo, run.to));
}

function lateNote(late: number): string {
  return `${late} events lie over ${WINDOW} lines from where their times belong, and count as late. Sort the file by time.\n`;
}

/** Makes batches of entries in event order. */
class Feeder {
  /** Events before `from`: they reveal names, and rules do not see them. */
  readonly earlier: AuditEvent[] = [];
  readonly #run: BacktestRun;
  readonly #source: BacktestSource;
  readonly #host: Host;
  readonly #changes: ReplayedChanges;
  #done = 0;
  #total: number | undefined;
  #toldAt: number;

  constructor(run: BacktestRun, source: BacktestSource, host: Host) {
    this.#run = run;
    this.#source = source;
    this.#host = host;
    this.#changes = new ReplayedChanges(run.tenant);
    this.#toldAt = host.clock().getTime();
  }

  /** `rest`: how many are left with these, where that is known. */
  async feed(entries: readonly Entry[], replay: Replay, rest?: number): Promise<void> {
    if (rest !== undefined) this.#total = this.#done + rest;
    const isBulk = entries.length >= MANY && entries.every((entry) => 'row' in entry);
    const size = isBulk ? LARGE_BATCH : SMALL_BATCH;
    for (let start = 0; start < entries.length; start += size) {
      const batch = entries.slice(start, start + size);
      if (isBulk) await replay.takeParts(this.#parts(batch));
      else await this.#takeFew(batch, replay);
      await this.#source.complain();
      await this.#progress(batch.length);
    }
  }

  async #takeFew(batch: readonly Entry[], replay: Replay): Promise<void> {
    const changes = this.#changesOf(batch);
    if (changes.length > 0) await replay.take(changes);
  }

  /** Rows live only as long as their part: most garbage is then gone before it has to be moved about. */
  *#parts(batch: readonly Entry[]): Generator<EventChange[]> {
    for (let start = 0; start < batch.length; start += PART) {
      const changes = this.#changesOf(batch.slice(start, start + PART));
      if (changes.length > 0) yield changes;
    }
  }

  #changesOf(entries: readonly Entry[]): EventChange[] {
    const changes: EventChange[] = [];
    for (const entry of entries) {
      const change = this.#isWanted(entry) ? this.#changeOf(entry) : undefined;
      if (change) changes.push(change);
    }
    return changes;
  }

  #changeOf(entry: Entry): EventChange | undefined {
    if ('audit' in entry) return this.#changes.ofAudit(entry.audit);
    const row = this.#source.rowOf(entry);
    return row && this.#changes.ofRow(row);
  }

  #isWanted(entry: Entry): boolean {
    const { from, to } = this.#run;
    if (entry.at < from && 'audit' in entry) this.earlier.push(entry.audit);
    return from <= entry.at && entry.at <= to;
  }

  /** Says every few seconds how far it is, and ends the run at Ctrl-C. */
  async #progress(count: number): Promise<void> {
    const { clock, err, stop } = this.#host;
    this.#done += count;
    if (stop.aborted) throw new InputError(`Stopped after ${this.#done} events.`, 'Nothing was changed by it.');
    const now = clock().getTime();
    if (now - this.#toldAt < PROGRESS_EVERY_MS || this.#done === this.#total) return;
    this.#toldAt = now;
    const of = this.#total === undefined ? '' : ` of ${this.#total}`;
    const share = this.#total === undefined ? '' : ` (${Math.floor((this.#done / this.#total) * 100)} %)`;
    await err.write(`${this.#done}${of} events${share}\n`);
  }
}
