import type { Alert } from '../../lib/model/alert.ts';
import type { Notice } from '../../lib/model/delivery.ts';
import { NotifyError } from '../../lib/notify/errors.ts';
import type { Publisher } from '../../lib/notify/publisher.ts';
import { CLAIM_MS, type SendDeps, sendDue, sendWoken } from '../../lib/notify/send-notices.ts';
import { MemoryAlertStore } from '../../lib/store/memory/alert-store.ts';
import { alert, START } from './alerts.ts';

const DUE = START / 1000 + 20_000;

/** Takes notices; `answer` may throw first. */
class Outlet implements Publisher {
  readonly taken: Notice[] = [];
  answer: (notice: Notice) => void | Promise<void> = () => {};

  async publish(notice: Notice): Promise<void> {
    await this.answer(notice);
    this.taken.push(notice);
  }
}

/** Its sender dies between the publication and the mark. */
class DyingStore extends MemoryAlertStore {
  dies = true;

  override async markSent(...args: Parameters<MemoryAlertStore['markSent']>): Promise<boolean> {
    if (this.dies) throw new Error('killed');
    return super.markSent(...args);
  }
}

async function given(rows: readonly Alert[] = [alert()], over: Partial<SendDeps> = {}) {
  const alerts = new MemoryAlertStore();
  for (const row of rows) await alerts.upsert(row);
  const time = { now: DUE };
  const publisher = new Outlet();
  const deps = { alerts, publisher, clock: () => new Date(time.now), settings: { timeZone: 'UTC' }, ...over };
  return { alerts, publisher, time, deps };
}

const refused = new NotifyError('refused', { retryable: false });
const unreachable = new NotifyError('unreachable', { retryable: true });

describe('sending the outbox', () => {
  it('publishes what is due once and marks it', async () => {
    const { alerts, publisher, deps } = await given();
    expect(await sendDue(deps, 'default')).toEqual({ sent: ['3f2a90cc51d07be4'], shortened: [], left: [], failed: [] });
    expect(await sendDue(deps, 'default', ['3f2a90cc51d07be4'])).toMatchObject({
      sent: [],
      left: ['3f2a90cc51d07be4'],
    });
    expect(publisher.taken.map(({ subject }) => subject)).toEqual(['[HIGH] Route deleted by backup-agent (14 events)']);
    const row = await alerts.get('default', '3f2a90cc51d07be4');
    expect(row).toMatchObject({ notifiedAt: DUE, notifiedCount: 14 });
    expect(row).not.toHaveProperty('toSendAt');
  });

  it('leaves what waits for its group, unless it is told to flush', async () => {
    const { publisher, time, deps } = await given();
    time.now = DUE - 1;
    expect(await sendDue(deps, 'default', ['3f2a90cc51d07be4'])).toMatchObject({
      sent: [],
      left: ['3f2a90cc51d07be4'],
    });
    expect(publisher.taken).toEqual([]);
    expect(await sendDue({ ...deps, flush: true }, 'default')).toMatchObject({ sent: ['3f2a90cc51d07be4'] });
  });

  it('looks at ids that are not there, twice or of no outbox, without harm', async () => {
    const { toSendAt: _none, ...silent } = alert({ id: 'silent' });
    const { publisher, deps } = await given([silent, alert()]);
    const report = await sendDue(deps, 'default', ['gone', 'silent', '3f2a90cc51d07be4', '3f2a90cc51d07be4']);
    expect(report).toMatchObject({ sent: ['3f2a90cc51d07be4'], left: ['gone', 'silent'] });
    expect(publisher.taken).toHaveLength(1);
  });

  it('keeps in the outbox what could not be sent, and sends it with a later tick', async () => {
    const { publisher, time, deps } = await given([alert(), alert({ id: 'other' })]);
    publisher.answer = ({ json }) => {
      if (JSON.parse(json).id === 'other') throw unreachable;
    };
    const report = await sendDue(deps, 'default');
    expect(report.sent).toEqual(['3f2a90cc51d07be4']);
    expect(report.failed).toEqual([{ alertId: 'other', error: unreachable }]);
    publisher.answer = () => {};
    time.now += CLAIM_MS;
    expect(await sendDue(deps, 'default')).toMatchObject({ sent: ['other'], failed: [] });
    expect(publisher.taken).toHaveLength(2);
  });

  it('sends the short text where the whole one is refused, and says so', async () => {
    const { publisher, deps } = await given();
    publisher.answer = ({ json }) => {
      if (!JSON.parse(json).isFallback) throw refused;
    };
    const report = await sendDue(deps, 'default');
    expect(report).toMatchObject({ sent: ['3f2a90cc51d07be4'], failed: [] });
    expect(report.shortened).toEqual([{ alertId: '3f2a90cc51d07be4', error: refused }]);
    expect(publisher.taken[0]?.subject).toBe('[HIGH] NetBird alert 3f2a90cc51d07be4');
  });

  it('sends the short text where the whole one cannot be made', async () => {
    const { publisher, deps } = await given([alert()], { settings: { timeZone: 'Mars/Olympus' } });
    expect((await sendDue(deps, 'default')).shortened).toHaveLength(1);
    expect(publisher.taken).toHaveLength(1);
  });

  it('goes on past an alert that nothing can be done with', async () => {
    const { publisher, alerts, deps } = await given([alert({ id: 'bad', toSendAt: DUE - 1 }), alert()]);
    publisher.answer = ({ json }) => {
      if (JSON.parse(json).id === 'bad') throw refused;
    };
    const report = await sendDue(deps, 'default');
    expect(report).toMatchObject({ sent: ['3f2a90cc51d07be4'], failed: [{ alertId: 'bad' }] });
    expect(await alerts.get('default', 'bad')).toHaveProperty('toSendAt');
  });

  it('publishes once when two senders meet', async () => {
    const { publisher, deps } = await given();
    publisher.answer = () => new Promise((resolve) => setImmediate(resolve));
    await Promise.all([sendDue(deps, 'default'), sendDue(deps, 'default', ['3f2a90cc51d07be4'])]);
    expect(publisher.taken).toHaveLength(1);
  });

  it('sends again when a sender died before its mark, but not before its claim has passed', async () => {
    const alerts = new DyingStore();
    const { publisher, time, deps } = await given([], { alerts });
    await alerts.upsert(alert());
    expect((await sendDue(deps, 'default')).failed).toMatchObject([{ error: { message: 'killed' } }]);
    alerts.dies = false;
    time.now += CLAIM_MS - 1;
    await sendDue(deps, 'default');
    expect(publisher.taken).toHaveLength(1);
    time.now += 1;
    await sendDue(deps, 'default');
    expect(publisher.taken).toHaveLength(2);
  });

  it('tells how many an earlier alert counted after its notice', async () => {
    const earlier = alert({ id: 'earlier', count: 10 });
    const { alerts, publisher, time, deps } = await given([earlier]);
    await sendDue(deps, 'default');
    const { toSendAt: _told, ...counted } = alert({ id: 'earlier', count: 36, revision: 2 });
    await alerts.upsert(counted);
    time.now += 3_600_000;
    await alerts.upsert(alert({ id: 'next', earlier: { alertId: 'earlier', count: 36 } }));
    await sendDue(deps, 'default', ['next']);
    expect(publisher.taken[1]?.email).toContain('26 more since the last notice');
  });

  it('says nothing of an earlier alert that was never told', async () => {
    const { publisher, deps } = await given([alert({ earlier: { alertId: 'unknown', count: 3 } })]);
    await sendDue(deps, 'default');
    expect(publisher.taken[0]?.email).not.toContain('since the last notice');
  });
});

describe('sending what the stream speaks of', () => {
  const ID = '3f2a90cc51d07be4';

  /** A sleep that passes the time it is given. */
  function sleeping(time: { now: number }) {
    const slept: number[] = [];
    const sleep = async (millis: number) => {
      slept.push(millis);
      time.now += millis;
    };
    return { slept, sleep };
  }

  it('waits for an alert that came late in the batching window, and sends what was due at once', async () => {
    const { publisher, time, deps } = await given([alert(), alert({ id: 'late', toSendAt: DUE + 7000 })]);
    const { slept, sleep } = sleeping(time);
    const report = await sendWoken({ ...deps, sleep }, 'default', [ID, 'late'], 20_000);
    expect(report).toMatchObject({ sent: [ID, 'late'], left: [], failed: [] });
    expect(slept).toEqual([7000]);
    expect(publisher.taken).toHaveLength(2);
  });

  it('leaves to the tick what is due after its patience ends, such as what another sender has', async () => {
    const { time, deps } = await given([alert(), alert({ id: 'claimed', toSendAt: DUE + CLAIM_MS })]);
    const { slept, sleep } = sleeping(time);
    const report = await sendWoken({ ...deps, sleep }, 'default', [ID, 'claimed'], 20_000);
    expect(report).toMatchObject({ sent: [ID], left: ['claimed'] });
    expect(slept).toEqual([]);
  });
});
