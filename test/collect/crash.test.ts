import { auditEvent, Harness, HOUR, newestFirst, SECOND, TENANT } from './harness.ts';

const GARBAGE = { id: 'x' };

/** What a run sees that meets everything at once: a gap, garbage, more than a batch of events. */
function afterTheGap() {
  const events = Array.from({ length: 40 }, (_, index) => auditEvent(1000 + index, -HOUR - index * SECOND));
  return [...newestFirst(events), GARBAGE];
}

async function prepared(): Promise<Harness> {
  const harness = new Harness().serve(newestFirst([auditEvent(1, HOUR), auditEvent(2, 0)]));
  await harness.run();
  harness.now = new Date(harness.now.getTime() + 2 * HOUR);
  return harness.serve(afterTheGap());
}

async function outcomeOf(harness: Harness) {
  return {
    ids: await harness.storedIds(),
    quarantined: [...harness.stores.events.quarantined.values()].map(({ raw }) => raw),
    told: harness.problemsTold().sort(),
    cursor: { ...(await harness.cursor()), lastFullReadAt: 0 },
    watermarks: harness.stores.events.watermarks,
    names: (await harness.stores.state.getMany([`name#${TENANT}#g1`])).size,
  };
}

describe('a run that dies', () => {
  it('at any call of a store or of what it tells, loses nothing and doubles nothing: the next run makes it whole', async () => {
    const undisturbed = await prepared();
    await undisturbed.run();
    const wanted = await outcomeOf(undisturbed);
    expect(wanted).toMatchObject({ quarantined: [JSON.stringify(GARBAGE)], told: ['gap', 'quarantined'] });
    expect(wanted.ids).toHaveLength(42);

    let survived = 0;
    let deaths = 0;
    for (let n = 0; survived === 0; n += 1) {
      const harness = await prepared();
      harness.dieAfter = n;
      await harness.run().then(
        () => {
          survived = n;
        },
        (error) => expect(String(error)).toContain('killed'),
      );
      deaths += 1;
      harness.dieAfter = Number.POSITIVE_INFINITY;
      expect(await harness.run()).toMatchObject({ caughtUp: true });
      expect(await outcomeOf(harness)).toEqual(wanted);
    }
    // Each event, its names, cursor, lease, quarantine, watermark, what was told.
    expect(deaths).toBeGreaterThan(55);
  });

  it('again and again, ends with everything stored once', async () => {
    const harness = await prepared();
    for (let n = 1; n < 70; n += 1) {
      harness.dieAfter = n;
      await harness.run().catch((error) => expect(String(error)).toContain('killed'));
    }
    harness.dieAfter = Number.POSITIVE_INFINITY;
    await harness.run();
    expect(await harness.storedIds()).toHaveLength(42);
    expect(harness.problemsTold().sort()).toEqual(['gap', 'quarantined']);
  });

  it('tells of an outage and of its end exactly once, wherever it dies', async () => {
    for (let n = 0; n < 12; n += 1) {
      const harness = await prepared();
      harness.serve([]).refuse(401, 'token invalid');
      harness.dieAfter = n;
      await harness.run().catch(() => undefined);
      harness.dieAfter = Number.POSITIVE_INFINITY;
      await harness.run();
      await harness.run();
      expect(harness.problemsTold()).toEqual(['token_expired']);
      harness.serve(newestFirst([auditEvent(1, HOUR), auditEvent(2, 0)]));
      harness.dieAfter = n;
      await harness.run().catch(() => undefined);
      harness.dieAfter = Number.POSITIVE_INFINITY;
      await harness.run();
      await harness.run();
      expect(harness.problemsTold()).toEqual(['token_expired', 'over']);
    }
  });
});
