import type { Alert } from '../model/alert.ts';
import { type Change, compareOrder, type EventChange, isAuditEvent } from '../model/change.ts';
import type { Source, SourceEvent } from '../model/event.ts';
import { dateOf, type Micros } from '../model/timestamp.ts';
import { createPipeline, type Pipeline, type PipelineSettings, type ProcessReport } from '../pipeline.ts';
import type { RuleSet } from '../sigma/types.ts';
import { createMemoryStores } from '../store/memory/index.ts';
import { rememberNames } from '../store/names.ts';
import type { StateStore } from '../store/ports.ts';
import { ReplayedChanges } from './replayed-changes.ts';
import { bucketsToShow, settlingTime } from './settling.ts';

export interface ReplayedEvent {
  readonly event: SourceEvent;
  readonly source: Source;
}

export interface ReplaySettings extends PipelineSettings {
  /** Default `default`. */
  readonly tenant?: string;
  /**
   * How far time goes on after the last event. `data` (default): not beyond it, as live. `windows`: until every window
   * that an event opened has closed; silence that begins with the last event is still not told.
   */
  readonly until?: 'data' | 'windows';
  /** Event time up to which everything is known to be in, where that is after the last event. */
  readonly upTo?: Micros;
  /** Prepares the state before the first event: names that are remembered from earlier, say. */
  readonly prepare?: (state: StateStore) => Promise<void>;
  /** Called after each batch: events done, of how many, and what the batch came to. */
  readonly onBatch?: (done: number, of: number, report: ProcessReport) => void;
}

/** Small enough that no two findings of a group have to be put together. */
const BATCH = 64;

/**
 * Runs events through the production pipeline over empty stores, in event order, with watermarks as live has them.
 * Returns the alerts that were opened, the earliest first. Throws RangeError for an event without a time.
 */
export async function replayEvents(
  ruleSet: RuleSet,
  events: readonly ReplayedEvent[],
  settings: ReplaySettings = {},
): Promise<Alert[]> {
  const made = new ReplayedChanges(settings.tenant ?? TENANT);
  const changes = events.flatMap(({ event, source }) => {
    const change = isAuditEvent(event) ? made.ofAudit(event, source) : made.ofRow(event);
    return change ? [change] : [];
  });
  changes.sort((a, b) => a.at - b.at || compareOrder(a.order, b.order));
  const replay = new Replay(ruleSet, settings);
  const sources = new Set(changes.map(({ source }) => source));
  for (let start = 0; start < changes.length; start += BATCH) {
    const batch = renumbered(changes.slice(start, start + BATCH), start);
    const report = await replay.take(batch, sources);
    settings.onBatch?.(start + batch.length, changes.length, report);
  }
  return replay.end();
}

/** Numbers must rise in the order of the stream, which is that of the events. */
function renumbered(changes: readonly EventChange[], start: number): EventChange[] {
  for (const [index, { position }] of changes.entries()) {
    (position as { sequence: string }).sequence = String((start + index) * 2 + 1);
  }
  return [...changes];
}

const TENANT = 'default';

/** One run over empty stores: batches in event order, then the end. */
export class Replay {
  readonly #ruleSet: RuleSet;
  readonly #settings: ReplaySettings;
  readonly #tenant: string;
  readonly #stores = createMemoryStores({ bodies: 'as-is' });
  readonly #clocks: Watermarks;
  readonly #pipeline: Pipeline;
  #now: Micros = 0;
  #isPrepared = false;

  constructor(ruleSet: RuleSet, settings: ReplaySettings) {
    this.#ruleSet = ruleSet;
    this.#settings = settings;
    this.#tenant = settings.tenant ?? TENANT;
    this.#clocks = new Watermarks(this.#tenant, settings);
    this.#pipeline = createPipeline({ ...this.#parts(), ruleSet });
  }

  /** Events in event order, each with a higher number than those before it. `sources`: which feeds there are, if known. */
  async take(changes: readonly EventChange[], sources?: ReadonlySet<Source>): Promise<ProcessReport> {
    await this.#meet(changes, sources);
    return this.#pipeline.process([...changes, ...this.#clocks.at(this.#now)]);
  }

  /** The same for many rows, made part by part while they are taken in. */
  async takeParts(parts: Iterable<readonly EventChange[]>): Promise<ProcessReport> {
    await this.#prepare();
    const marks: Change[] = [];
    return this.#pipeline.processParts(this.#tenant, this.#followed(parts, marks), marks);
  }

  /** Notes the time of each part, and fills in the marks when all have been read. */
  *#followed(parts: Iterable<readonly EventChange[]>, marks: Change[]): Generator<readonly EventChange[]> {
    for (const changes of parts) {
      this.#noteTime(changes);
      yield changes;
    }
    marks.push(...this.#clocks.at(this.#now));
  }

  async #meet(changes: readonly EventChange[], sources?: ReadonlySet<Source>): Promise<void> {
    await this.#prepare();
    this.#noteTime(changes, sources);
    const audit = changes.flatMap(({ event }) => (isAuditEvent(event) ? [event] : []));
    if (audit.length > 0) await rememberNames(this.#stores.state, this.#tenant, audit);
  }

  async #prepare(): Promise<void> {
    if (!this.#isPrepared) await this.#settings.prepare?.(this.#stores.state);
    this.#isPrepared = true;
  }

  #noteTime(changes: readonly EventChange[], sources?: ReadonlySet<Source>): void {
    this.#now = Math.max(this.#now, changes.at(-1)?.at ?? 0);
    this.#clocks.begin(changes, sources);
  }

  /** Lets time go on as the settings say, at least to `upTo`, and returns the alerts, the earliest first. */
  async end(upTo = this.#settings.upTo): Promise<Alert[]> {
    const now = Math.max(this.#now, upTo ?? this.#now);
    await this.#pipeline.process(this.#clocks.at(now + settlingTime(this.#ruleSet, this.#settings)));
    if (this.#settings.until === 'windows') await this.#closeWindows(now);
    return openedIn(this.#stores.alerts, this.#tenant);
  }

  async #closeWindows(now: Micros): Promise<void> {
    const rules = this.#ruleSet.rules.filter((rule) => rule.kind === 'detection' || rule.type !== 'absence');
    const ruleSet = { ...this.#ruleSet, rules };
    const rest = createPipeline({ ...this.#parts(), ruleSet });
    const end = now + settlingTime(this.#ruleSet, this.#settings) + longestWindow(this.#ruleSet);
    await rest.process(this.#clocks.at(end));
  }

  #parts() {
    return { ...this.#stores, clock: () => dateOf(this.#now), settings: this.#settings };
  }
}

async function openedIn(alerts: ReturnType<typeof createMemoryStores>['alerts'], tenant: string): Promise<Alert[]> {
  const opened: Alert[] = [];
  for await (const alert of alerts.list({ tenant })) opened.push(alert);
  return opened.sort((a, b) => a.openedAt - b.openedAt || (a.rule.key < b.rule.key ? -1 : 1));
}

function longestWindow(ruleSet: RuleSet): Micros {
  const spans = ruleSet.rules.map((rule) => (rule.kind === 'correlation' ? rule.timespanMs * 1000 : 0));
  return spans.reduce((sum, span) => sum + span, 0);
}

/** The watermarks that collect would write. */
class Watermarks {
  readonly #tenant: string;
  readonly #settings: PipelineSettings;
  /** Feed → its first event, until its first watermark has said so. */
  readonly #begun = new Map<Source, Micros | undefined>();
  #before: Micros | undefined;
  #count = 0;

  constructor(tenant: string, settings: PipelineSettings) {
    this.#settings = settings;
    this.#tenant = tenant;
  }

  /** Feeds have watermarks as soon as they are known of. What lies before a feed's first event was never read. */
  begin(changes: readonly EventChange[], sources: ReadonlySet<Source> = new Set()): void {
    const [first] = changes;
    if (!first) return;
    this.#before ??= first.at;
    for (const { source, at } of changes) if (!this.#begun.has(source)) this.#begun.set(source, at);
    for (const source of sources) if (!this.#begun.has(source)) this.#begun.set(source, first.at);
  }

  /** One for each partition that overlaps the time since the last. */
  at(upTo: Micros): Change[] {
    const before = this.#before ?? upTo;
    this.#before = upTo;
    return [...this.#begun].flatMap(([source, first]) => {
      this.#begun.set(source, undefined);
      const lost = first === undefined ? {} : { lostFrom: 0, lostTo: first };
      return bucketsToShow(source, before, upTo, this.#settings).map((bucket): Change => {
        this.#count++;
        const partition = `${this.#tenant}#${source}#${bucket}~`;
        const position = { stream: 'replay', partition, sequence: String(this.#count) };
        return { kind: 'watermark', tenant: this.#tenant, source, bucket, upTo, ...lost, position };
      });
    });
  }
}
