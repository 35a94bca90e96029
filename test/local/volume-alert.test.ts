import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnedStore, ownStore } from '../../lib/local/data-folder.ts';
import { LOCAL_TABLES } from '../../lib/local/tables.ts';
import type { Alert } from '../../lib/model/alert.ts';
import { type TrafficEvent, trafficIdentity } from '../../lib/model/traffic.ts';
import { bucketOfRow, hourOf, hoursBetween } from '../../lib/model/traffic-partition.ts';
import { renderNotice } from '../../lib/notify/render/notice.ts';
import { createPipeline } from '../../lib/pipeline.ts';
import { createDynamoDbStores, createTables, toChanges } from '../../lib/store/dynamodb/index.ts';
import { trafficEnd, trafficRow } from '../cli/stored.ts';
import { rulesOf } from '../pipeline/changes.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = Date.parse('2026-11-02T00:00:00Z');
const ATTACK = START + 15 * 24 * HOUR + 3 * HOUR;

const RULES = rulesOf(`
title: Flow by its source
name: flow
logsource: {product: netbird, service: traffic}
detection: {selection: {is_reporter_source: true}, condition: selection}
---
title: Unusual volume of a peer
name: volume
status: stable
level: high
x-correlation:
  type: baseline
  rules: [flow]
  group-by: [reporter_id]
  field: total_bytes
  timespan: 1h
  condition: {false-alarms: 1 per 30d, min: 100MB}
x-alert: {title: '{{group.reporter_id}} moved {{value|bytes}} in an hour, usually {{expected|bytes}}'}
`);

/** Both peers tell of one flow: what one sent, the other received. */
function bothSides(flow: string, at: number, bytes: number): TrafficEvent[] {
  const same = {
    window_start: new Date(at).toISOString(),
    window_end: new Date(at + 5 * MINUTE).toISOString(),
    source: trafficEnd({ id: 'peer-laptop', name: 'laptop-7', address: '100.64.0.7:50000' }),
    destination: trafficEnd({ id: 'peer-backup', name: 'backup-eu', address: '100.64.0.2:443' }),
  };
  const sent = { ...same, flow_id: `${flow}-a`, reporter_id: 'peer-laptop', rx_bytes: 0, tx_bytes: bytes };
  const received = { ...same, flow_id: `${flow}-b`, reporter_id: 'peer-backup', rx_bytes: bytes, tx_bytes: 0 };
  return [trafficRow({ ...sent, direction: 'EGRESS' }), trafficRow({ ...received, direction: 'INGRESS' })];
}

describe('a volume alert over the real store and its stream', () => {
  let folder: string;
  let store: OwnedStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volume-'));
    store = await ownStore(folder);
    await createTables(store.client, LOCAL_TABLES);
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('is one, with the right number, for flows that both peers report, that are re-read, that grow and come late', async () => {
    const { events, alerts, state } = createDynamoDbStores(store.client, LOCAL_TABLES);
    const clock = () => new Date(ATTACK);
    const pipeline = createPipeline({ ruleSet: RULES, alerts, state, clock });
    const put = (rows: readonly TrafficEvent[]) =>
      events.putTraffic(
        rows.map((row) => ({
          row: { ...row, tenant: 'acme', collectedAt: new Date(ATTACK).toISOString() },
          bucket: bucketOfRow(trafficIdentity(row), []),
        })),
      );
    let before = START;
    const mark = async (upTo: number, first = false): Promise<void> => {
      const extra = first ? { from: hourOf(START * 1000), lostFrom: 0, lostTo: START * 1000 } : {};
      for (const bucket of hoursBetween((before - 15 * MINUTE) * 1000, upTo * 1000)) {
        if (first && bucket < hourOf(START * 1000)) continue;
        await events.putWatermark({ tenant: 'acme', source: 'traffic', bucket, upTo: upTo * 1000, ...extra });
      }
      before = upTo;
    };
    const detect = async (): Promise<void> => {
      const stream = store.db.stream('Events');
      for (let records = await stream.read(500); records.length > 0; records = await stream.read(500)) {
        const { changes } = toChanges(records, { alertHistoryMs: HOUR });
        await pipeline.process(changes);
        // Streams deliver at least once.
        await pipeline.process(changes.slice(0, 50));
        await stream.finish(records);
      }
    };

    const usual: TrafficEvent[] = [];
    for (let hour = 0; hour < 15 * 24 + 3; hour++) {
      usual.push(...bothSides(`usual-${hour}`, START + hour * HOUR + 7 * MINUTE, 20e6 + (hour % 7) * 1e6));
    }
    await put(usual);
    await mark(ATTACK, true);
    await detect();

    const grown = bothSides('copy', ATTACK + 5 * MINUTE, 3e9);
    await put(bothSides('copy', ATTACK + 5 * MINUTE, 1e9));
    await mark(ATTACK + 20 * MINUTE);
    await detect();
    await put([...grown, ...bothSides('copy', ATTACK + 5 * MINUTE, 2e9), ...usual.slice(-40)]);
    await put(bothSides('second', ATTACK + 40 * MINUTE, 500e6));
    await mark(ATTACK + 65 * MINUTE);
    await detect();
    await put([...bothSides('late', ATTACK + 55 * MINUTE, 7e6), ...grown]);
    await mark(ATTACK + 80 * MINUTE);
    await detect();

    const all: Alert[] = [];
    for await (const alert of alerts.list({ tenant: 'acme' })) all.push(alert);
    expect(all).toHaveLength(1);
    const [alert] = all as [Alert];
    expect(alert).toMatchObject({
      dedupKey: 'peer-laptop',
      count: 3,
      firstEventAt: ATTACK * 1000,
      lastEventAt: (ATTACK + HOUR) * 1000 - 1,
      evidence: {
        value: 3_507_000_000,
        isOpen: false,
        names: { reporter_id: 'laptop-7' },
        top: [
          { field: 'destination.name', values: [{ name: 'backup-eu', value: 3_507_000_000 }] },
          { field: 'dst_port', values: [{ name: '443', value: 3_507_000_000 }] },
          { field: 'user.email', values: [{ value: 3_507_000_000 }] },
        ],
      },
    });
    expect(alert.title).toMatch(/^laptop-7 moved 3\.5 GB in an hour, usually 2\d(\.\d)? MB$/);
    const { sms, email } = renderNotice(alert, { timeZone: 'UTC' });
    expect(sms).toContain('laptop-7 moved 3.5 GB');
    expect(email).toContain('to:    backup-eu (3.5 GB)');
  }, 120_000);
});
