import { type AuditSource, netbirdAuditSource } from '../collect/netbird/audit-source.ts';
import { netbirdTrafficSource, type TrafficSource } from '../collect/netbird/traffic-source.ts';
import type { Clock } from '../model/clock.ts';
import { readRecording } from './replay/recording.ts';
import { createReplay } from './replay/replay.ts';
import { createDemo } from './simulator/demo.ts';

/** Where a local run reads from, poll by poll. */
export interface Feed {
  readonly source: AuditSource;
  /** Absent: there is no traffic in it. */
  readonly traffic?: TrafficSource;
  /** The source's time: that of the recording or the story while one is played. */
  readonly clock: Clock;
  /** True where the source comes to an end: polls need not wait, and none is tried twice. */
  readonly isPlayed: boolean;
  /** Goes on to the next poll. False: there is none. `title`: what has happened until then, to read aloud. */
  next(): { readonly title?: string } | false;
  close(): Promise<void>;
}

export interface ServerSettings {
  readonly url: string;
  readonly allowHttp: boolean;
  readonly token: () => Promise<string>;
  readonly clock: Clock;
}

/** A NetBird server. Throws InputError for a URL that cannot be used. */
export function serverFeed({ clock, ...settings }: ServerSettings): Feed {
  return {
    source: netbirdAuditSource(settings),
    traffic: netbirdTrafficSource(settings),
    clock,
    isPlayed: false,
    next: () => ({}),
    close: async () => undefined,
  };
}

/**
 * A recording: the n-th poll gets the n-th recorded answer; none where it holds only other feeds. Throws InputError
 * for a file that is no recording.
 */
export async function replayFeed(file: string): Promise<Feed> {
  const answers = await readRecording(file, 'audit');
  const replay = createReplay(answers);
  const fetch = (input: URL, init: RequestInit) => replay.fetch(input, init);
  return {
    source: netbirdAuditSource({ url: 'https://recording.invalid', token: async () => 'recorded', fetch }),
    clock: replay.clock,
    isPlayed: true,
    next: () => (replay.next() ? {} : false),
    close: async () => undefined,
  };
}

/** The story of a day, served by the built-in simulator over HTTP. */
export async function demoFeed(): Promise<Feed> {
  const demo = createDemo();
  const server = await demo.simulator.listen();
  const settings = { url: server.url, token: async () => demo.simulator.token };
  return {
    source: netbirdAuditSource(settings),
    traffic: netbirdTrafficSource(settings),
    clock: demo.clock,
    isPlayed: true,
    next: () => {
      const act = demo.advance();
      return act ? { title: act.title } : false;
    },
    close: () => server.close(),
  };
}
