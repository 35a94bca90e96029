import type { DynamoDBRecord } from 'aws-lambda';
import type { Source } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Micros } from '../model/timestamp.ts';
import { type SendReport, sendDue } from '../notify/send-notices.ts';
import { bucketsToShow, settlingTime } from '../pipeline/settling.ts';
import { createPipeline, type Pipeline, type ProcessReport } from '../pipeline.ts';
import type { RuleSet } from '../sigma/index.ts';
import { loadCursor, loadTrafficCursor } from '../store/cursor.ts';
import { createDynamoDbStores, createTables, toChanges } from '../store/dynamodb/index.ts';
import type { AlertStore, EventStore, StateStore } from '../store/ports.ts';
import type { EventFates, LocalRun } from './local-run.ts';
import { createLocalPublisher } from './sns/local-publisher.ts';
import { LOCAL_TABLES } from './tables.ts';

/** Records that a step takes at a time, as the event sources do in AWS. */
const BATCH = 500;

export interface Counted {
  readonly findings: number;
  readonly alerts: number;
  readonly delivered: number;
  readonly problems: number;
  readonly events: EventFates;
}

/** Detect, dispatch and notify over the store's streams, as AWS wires them. */
export interface LocalSteps {
  readonly stores: { readonly events: EventStore; readonly alerts: AlertStore; readonly state: StateStore };
  tell(findings: readonly Finding[]): Promise<void>;
  /** Works on until both streams are empty and what is due is sent. */
  goOn(): Promise<void>;
  /** The same, and notices wait no longer. `over`: the recording is, so that what waits for late events is decided. */
  finish(recording?: 'over'): Promise<void>;
  counted(): Counted;
}

/** Makes the tables that are missing, and the steps over them. */
export async function openSteps(run: LocalRun): Promise<LocalSteps> {
  await createTables(run.store.client, LOCAL_TABLES);
  const stores = createDynamoDbStores(run.store.client, LOCAL_TABLES, run.feed.clock);
  const ruleSet = await run.rules.current(stores.state, run.config.tenant, run.feed.clock());
  return new Steps(run, stores, ruleSet);
}

class Steps implements LocalSteps {
  readonly stores: LocalSteps['stores'];
  readonly #run: LocalRun;
  #ruleSet: RuleSet;
  #pipeline: Pipeline;
  #findings = 0;
  #alerts = 0;
  #delivered = 0;
  #problems = 0;
  readonly #events: EventFates = { history: 0, unmatched: 0, quiet: 0 };

  constructor(run: LocalRun, stores: LocalSteps['stores'], ruleSet: RuleSet) {
    this.#run = run;
    this.stores = stores;
    this.#ruleSet = ruleSet;
    this.#pipeline = this.#pipelineOver(ruleSet);
  }

  async tell(findings: readonly Finding[]): Promise<void> {
    await this.#heed(await this.#pipeline.tell(findings));
  }

  async goOn(): Promise<void> {
    await this.#detect();
    await this.#notify(false);
  }

  async finish(recording?: 'over'): Promise<void> {
    if (recording) await this.#passLateness();
    await this.#detect();
    // A process that died may have left what no record brings up again.
    for (const [source, watermark = 0] of await this.#collectedUntil()) {
      await this.#heed(await this.#pipeline.closeDue(this.#run.config.tenant, source, watermark));
    }
    await this.#notify(true);
  }

  counted(): Counted {
    return {
      findings: this.#findings,
      alerts: this.#alerts,
      delivered: this.#delivered,
      problems: this.#problems,
      events: { ...this.#events },
    };
  }

  /** Nothing comes after the end of a recording: what waits for late events is decided now. */
  async #passLateness(): Promise<void> {
    const { tenant } = this.#run.config;
    for (const [source, watermark] of await this.#collectedUntil()) {
      if (watermark === undefined) continue;
      const upTo: Micros = watermark + settlingTime(this.#ruleSet) + 1;
      for (const bucket of bucketsToShow(source, watermark, upTo)) {
        await this.stores.events.putWatermark({ tenant, source, bucket, upTo });
      }
    }
  }

  /** Each feed's own watermark. */
  async #collectedUntil(): Promise<Map<Source, Micros | undefined>> {
    const { state } = this.stores;
    const { tenant } = this.#run.config;
    const [audit, traffic] = await Promise.all([loadCursor(state, tenant), loadTrafficCursor(state, tenant)]);
    return new Map([
      ['audit', audit.cursor.watermark],
      ['traffic', traffic.cursor.watermark],
    ]);
  }

  #pipelineOver(ruleSet: RuleSet): Pipeline {
    const { alerts, state } = this.stores;
    const { groupWaitMs, timeZone } = this.#run.config;
    const settings = { groupWaitMs, timeZone };
    return createPipeline({ ruleSet, alerts, state, clock: this.#run.feed.clock, settings });
  }

  async #followLists(): Promise<void> {
    const { rules, config, feed } = this.#run;
    const ruleSet = await rules.current(this.stores.state, config.tenant, feed.clock());
    if (ruleSet === this.#ruleSet) return;
    this.#ruleSet = ruleSet;
    this.#pipeline = this.#pipelineOver(ruleSet);
  }

  async #detect(): Promise<void> {
    await this.#followLists();
    const stream = this.#run.store.db.stream('Events');
    const { alertHistoryMs } = this.#run.config;
    for (let records = await stream.read(BATCH); records.length > 0; records = await stream.read(BATCH)) {
      const { changes, rejected } = toChanges(records, { alertHistoryMs });
      await this.#heed(await this.#pipeline.process(changes));
      for (const { reason } of rejected)
        await this.#complain(
          'row_rejected',
          `A stored event cannot be understood and was passed over: ${reason}. Report it with the event from \`netbird-alerts events\`.`,
        );
      await stream.finish(records);
    }
  }

  async #notify(flush: boolean): Promise<void> {
    const stream = this.#run.store.db.stream('Alerts');
    for (let records = await stream.read(BATCH); records.length > 0; records = await stream.read(BATCH)) {
      this.#alerts += records.filter(({ eventName }) => eventName === 'INSERT').length;
      await this.#send(flush, idsToSend(records));
      await stream.finish(records);
    }
    await this.#send(flush);
  }

  async #send(flush: boolean, ids?: readonly string[]): Promise<void> {
    const { config, feed, report } = this.#run;
    const publisher = createLocalPublisher(config.subscribers, async (delivery) => {
      await report.delivery(delivery);
      this.#delivered++;
    });
    const settings = { timeZone: config.timeZone };
    const deps = { alerts: this.stores.alerts, publisher, clock: feed.clock, settings, flush };
    await this.#checkSent(await sendDue(deps, config.tenant, ids));
  }

  async #checkSent({ shortened, failed }: SendReport): Promise<void> {
    for (const { alertId, error } of shortened) {
      await this.#complain(
        'notice_shortened',
        `Alert ${alertId} was told in short, since its whole text was refused: ${error.message}`,
      );
    }
    // The outbox still holds it, and nobody would hear that here.
    const [first] = failed;
    if (first) throw first.error;
  }

  async #heed(report: ProcessReport): Promise<void> {
    this.#findings += report.findings.length;
    for (const fate of ['history', 'unmatched', 'quiet'] as const) this.#events[fate] += report[fate];
    for (const note of report.notes) await this.#run.report.note(note);
    for (const { rule, error } of report.errors)
      await this.#complain('rule_failed', `Rule ${rule} failed: ${error}. The others went on; correct it in its file.`);
  }

  async #complain(code: string, message: string): Promise<void> {
    this.#problems++;
    await this.#run.report.problem({ code, message });
  }
}

/** Alerts whose outbox was filled. */
function idsToSend(records: readonly DynamoDBRecord[]): string[] {
  return records.flatMap(({ dynamodb }) => {
    const image = dynamodb?.NewImage;
    return (image?.['toSendAt'] && image['id']?.S) || [];
  });
}
