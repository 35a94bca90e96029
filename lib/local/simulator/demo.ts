import type { Clock } from '../../model/clock.ts';
import type { AuditLog, HeldRow } from './audit-log.ts';
import type { StoryEvent } from './demo-company.ts';
import { demoStory, type StoryAct, type StoryOptions } from './demo-story.ts';
import { createNetBirdSimulator, type NetBirdSimulator } from './simulator.ts';

/** The hosted service keeps traffic for up to a week. */
const RETENTION_MS = 7 * 86_400_000;

/** The demo's server, and its story handed out act by act: one `advance`, one poll. */
export interface Demo {
  readonly simulator: NetBirdSimulator;
  /** The story's time: that of the current act. */
  readonly clock: Clock;
  /** Lets the next act happen and returns it. Undefined: the story is over, and nothing changes. */
  advance(): StoryAct | undefined;
  /** True when all acts have happened. */
  done(): boolean;
}

/** Makes the demo. Nothing has happened yet, and the clock stands at the first act. */
export function createDemo(options: StoryOptions = {}): Demo {
  const { acts: story, traffic } = demoStory(options);
  let told = 0;
  const clock: Clock = () => new Date(story[Math.max(told - 1, 0)]?.at ?? 0);
  const simulator = createNetBirdSimulator({ seed: options.seed ?? 1, clock, traffic: { retentionMs: RETENTION_MS } });
  simulator.traffic?.append(traffic);
  let held: HeldRow[] = [];
  return {
    simulator,
    clock,
    advance: () => {
      const act = story[told];
      if (!act) return undefined;
      told += 1;
      const late = happen(simulator.log, act.events);
      for (const row of held) simulator.log.commit(row);
      held = late;
      return act;
    },
    done: () => told >= story.length,
  };
}

/** Writes events down and returns those that are not to be seen yet. */
function happen(log: AuditLog, events: readonly StoryEvent[]): HeldRow[] {
  return events.flatMap((event) => {
    const row = event.late ? log.hold(event) : undefined;
    if (!event.late) log.append(event);
    return row ? [row] : [];
  });
}
