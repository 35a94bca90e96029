import type { Alert } from '../model/alert.ts';
import { type Change, compareOrder, type EventChange, isAuditEvent } from '../model/change.ts';
import type { AuditEvent, Source, SourceEvent } from '../model/event.ts';
import { dateOf, dayOf, type Micros, parseTimestamp } from '../model/timestamp.ts';
import { type TrafficEvent, trafficIdentity, trafficTime } from '../model/traffic.ts';
import { trafficChange } from '../model/traffic-change.ts';
import { furtherRow } from '../model/traffic-growth.ts';
import { createPipeline, type PipelineSettings, type ProcessReport } from '../pipeline.ts';
import type { RuleSet } from '../sigma/types.ts';
import { createMemoryStores } from '../store/memory/index.ts';
import { rememberNames } from '../store/names.ts';
import type { StateStore } from '../store/ports.ts';
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
  const tenant = settings.tenant ?? 'default';
  const stores = createMemoryStores({ bodies: 'as-is' });
  const changes = changesOf(events, tenant).sort((a, b) => a.at - b.at || compareOrder(a.order, b.order));
  const numbered = changes.map((change, index) => ({ ...change, position: numberedPosition(change, index) }));
  let now: Micros = numbered[0]?.at ?? 0;
  const parts = { ...stores, clock: () => dateOf(now), settings };
  const pipeline = createPipeline({ ...parts, ruleSet });
  const clocks = new Watermarks(tenant, numbered, settings);
  await settings.prepare?.(stores.state);
  for (let start = 0; start < numbered.length; start += BATCH) {
    const batch = numbered.slice(start, start + BATCH);
    now = batch.at(-1)?.at ?? now;
    await rememberNames(stores.state, tenant, batch.map(({ event }) => event).filter(isAuditEvent));
    const report = await pipeline.process([...batch, ...clocks.at(now)]);
    settings.onBatch?.(start + batch.length, numbered.length, report);
  }
  now = Math.max(now, settings.upTo ?? now);
  await pipeline.process(clocks.at(now + settlingTime(ruleSet, settings)));
  if (settings.until === 'windows') {
    const rules = ruleSet.rules.filter((rule) => rule.kind === 'detection' || rule.type !== 'absence');
    const rest = createPipeline({ ...parts, ruleSet: { ...ruleSet, rules } });
    await rest.process(clocks.at(now + settlingTime(ruleSet, settings) + longestWindow(ruleSet)));
  }
  return openedIn(stores.alerts, tenant);
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

/** What live would be told of these events, in the order given: of a row's later copies, what has come since. */
function changesOf(events: readonly ReplayedEvent[], tenant: string): EventChange[] {
  const rows = new Map<string, TrafficEvent>();
  return events.flatMap(({ event, source }) => {
    const change = isAuditEvent(event) ? auditChange(event, source, tenant) : rowChange(event, tenant, rows);
    return change ? [change] : [];
  });
}

function auditChange(event: AuditEvent, source: Source, tenant: string): EventChange {
  const time = parseTimestamp(event.timestamp);
  if (!time) throw noTime(event);
  const position = { stream: 'replay', partition: `${tenant}#${source}#${dayOf(time.micros)}`, sequence: '0' };
  const order = { nanosText: time.nanosText, id: event.id };
  return { kind: 'event', tenant, source, event, at: time.micros, order, history: false, position };
}

function rowChange(served: TrafficEvent, tenant: string, rows: Map<string, TrafficEvent>): EventChange | undefined {
  if (!trafficTime(served)) throw noTime(served);
  const identity = trafficIdentity(served);
  const before = rows.get(identity);
  const row = before ? furtherRow(before, served) : served;
  if (!row) return undefined;
  rows.set(identity, row);
  const [start = '', rowKey = ''] = identity.split('#');
  const position = { stream: 'replay', partition: `${tenant}#traffic#${start.slice(0, 13)}`, sequence: '0' };
  return trafficChange({ tenant, before, row, rowKey, position, isHistory: () => false });
}

function noTime(event: SourceEvent): RangeError {
  return new RangeError(`an event has no time that can be read: ${JSON.stringify(event).slice(0, 200)}`);
}

function numberedPosition({ position }: EventChange, index: number): EventChange['position'] {
  return { ...position, sequence: String(index * 2 + 1) };
}

/** The watermarks that collect would write. */
class Watermarks {
  readonly #tenant: string;
  readonly #sources: readonly Source[];
  readonly #settings: PipelineSettings;
  #before: Micros;
  #count = 0;

  constructor(tenant: string, changes: readonly EventChange[], settings: PipelineSettings) {
    this.#settings = settings;
    this.#tenant = tenant;
    this.#sources = [...new Set(changes.map(({ source }) => source))];
    this.#before = changes[0]?.at ?? 0;
  }

  /** One for each partition that overlaps the time since the last. */
  at(upTo: Micros): Change[] {
    const changes = this.#sources.flatMap((source) =>
      bucketsToShow(source, this.#before, upTo, this.#settings).map((bucket): Change => {
        this.#count++;
        const partition = `${this.#tenant}#${source}#${bucket}~`;
        const position = { stream: 'replay', partition, sequence: String(this.#count) };
        return { kind: 'watermark', tenant: this.#tenant, source, bucket, upTo, position };
      }),
    );
    this.#before = upTo;
    return changes;
  }
}
