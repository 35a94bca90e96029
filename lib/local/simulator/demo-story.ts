import { type Actor, by, peerMeta, type Thing, upon } from './company.ts';
import { DemoCompany, type StoryEvent } from './demo-company.ts';
import { serviceUserActs } from './happenings-people.ts';
import { demoTraffic } from './traffic/demo-traffic.ts';
import type { ShownRow } from './traffic/traffic-log.ts';

/** A part of the story: what has happened by `at`. All but the first lie on the story's own day. */
export interface StoryAct {
  readonly at: Date;
  /** A line to read aloud. */
  readonly title: string;
  /** In the order in which the server writes them, each with its time. */
  readonly events: readonly StoryEvent[];
}

export interface StoryOptions {
  /** Default 1. */
  readonly seed?: number;
  /** The day that it tells of, UTC. Default: a Monday in November 2026. */
  readonly day?: string;
}

interface Scene {
  /** Time of day, UTC. */
  readonly at: string;
  /** Days after the story's own, or before. */
  readonly days?: number;
  readonly title: string;
  readonly tell: (story: DemoCompany) => void;
}

const DAY_MS = 86_400_000;

/** A story told, and who was in it. */
export interface DemoStory {
  readonly acts: readonly StoryAct[];
  /** What its network carried that day and two weeks before, each row with the time from which it is shown. */
  readonly traffic: readonly ShownRow[];
}

/** A day in a company's network: a quiet morning, a stolen account, and how it ends. The same seed tells the same. */
export function demoStory(options: StoryOptions = {}): DemoStory {
  const { day = '2026-11-23', seed = 1 } = options;
  const story = new DemoCompany(seed, day);
  const acts = SCENES.map(({ at, days = 0, title, tell }) => {
    tell(story);
    return { at: new Date(Date.parse(`${day}T${at}Z`) + days * DAY_MS), title, events: story.takeEvents() };
  });
  return { acts, traffic: demoTraffic(story, day, seed) };
}

const SCENES: readonly Scene[] = [
  {
    // A week is what NetBird keeps of traffic, and another one is what it takes to know what is usual.
    at: '08:30:00',
    days: -7,
    title: 'A week before: the watch begins. It reads two weeks of history, and Terraform at night.',
    tell: (story) => {
      story.found();
      story.tellAll('00:30:00', plan(story), 4000, -7);
      story.tellRunners('05:40:00', 2, 90_000, -7);
    },
  },
  {
    at: '07:55:00',
    title: 'Before the day begins. Nobody has changed anything; machines have talked all week.',
    tell: () => undefined,
  },
  {
    at: '08:30:00',
    title: 'The office wakes up: people sign in, the first builds run.',
    tell: (story) => {
      story.tellAll(
        '08:02:11',
        [story.anna, story.tom, story.priya, story.jurgen].map((person) => story.signIn(person)),
        301_000,
      );
      story.tellRunners('08:24:00', 4, 41_000);
    },
  },
  {
    at: '09:40:00',
    title: 'Maja starts today. She signs in for the first time, and Anna gives her a group.',
    tell: (story) => {
      story.setTime('09:18:37');
      story.tellAll('09:15:40', story.join(story.maja), 180_000);
      story.tell('09:21:05', inGroup(story, story.maja));
      story.tellAll('09:25:00', runnersLeave(story, 5), 61_000);
    },
  },
  {
    at: '11:15:00',
    title: 'Ordinary work: a machine gets a better name, Terraform applies its plan.',
    tell: (story) => {
      const build = story.server('build');
      const meta = { ...peerMeta(build), name: 'build-01', fqdn: 'build-01.netbird.selfhosted' };
      story.tell('10:31:00', { ...by(story.priya), activity_code: 'peer.rename', target_id: build.id, meta });
      story.tellAll('10:45:00', plan(story), 4000);
      story.tellRunners('11:02:00', 5, 55_000);
    },
  },
  {
    at: '12:31:00',
    title: "Lunch. Somebody has Anna's password, and is not in Berlin.",
    tell: (story) => {
      const mine = { is_service_user: false, name: 'tmp', user_name: '' };
      story.tell('12:24:10', story.signIn(story.anna, true));
      story.tell('12:26:33', {
        ...by(story.anna),
        ...upon(story.anna),
        activity_code: 'personal.access.token.create',
        meta: mine,
      });
      story.tellAll('12:28:02', serviceUserActs(story.anna, story.backupAgent, 'x'), 9000);
    },
  },
  {
    at: '12:38:00',
    title: 'A service user with a harmless name opens the doors.',
    tell: (story) => {
      const robot = by(story.backupAgent);
      story.tell('12:33:00', { ...robot, activity_code: 'policy.add', ...at(story.temporaryPolicy) });
      story.tell('12:33:40', { ...robot, activity_code: 'setupkey.add', ...at(story.temporaryKey) });
      story.setTime('12:34:20');
      story.tell('12:34:21', story.stranger().act);
      story.tellAll(
        '12:35:00',
        ['erp', 'files', 'vault'].map((name) => story.ssh(story.backupAgent, name, 'enable')),
        2300,
      );
    },
  },
  {
    at: '12:44:00',
    title: 'The routes go, one after the other, then the whole network.',
    tell: (story) => {
      story.tellAll('12:43:31', routesGo(story), 1400);
      story.tellAll('12:43:44', story.network('delete', story.backupAgent), 2);
      story.swapLastTwo();
    },
  },
  {
    at: '12:44:20',
    title: 'One more deletion turns up late, with an id below what was already read.',
    tell: (story) => {
      const code = 'account.setting.peer.login.expiration.disable';
      story.tell('12:44:12', { ...by(story.backupAgent), activity_code: code, target_id: story.company.accountId });
    },
  },
  {
    at: '12:51:00',
    title: 'A contractor finds himself owner of the company.',
    tell: (story) => {
      const { anna, lukasz, backupAgent } = story;
      story.tell('12:47:10', {
        ...by(backupAgent),
        ...upon(lukasz),
        activity_code: 'user.role.update',
        meta: { role: 'admin' },
      });
      story.tell('12:48:25', { ...by(anna), ...upon(lukasz), activity_code: 'transferred.owner.role' });
      const [policy] = story.policies.slice(-1);
      if (!policy) return;
      story.tell('12:50:57', { ...by(backupAgent), activity_code: 'policy.delete', ...at(policy), late: true });
      story.tell('12:50:59', story.signIn(story.jurgen));
    },
  },
  {
    at: '12:51:30',
    title: 'The service user is deleted: from now on NetBird cannot say who it was. We can.',
    tell: (story) => {
      story.setTime('12:28:01');
      const meta = { created_at: story.company.time(), name: story.backupAgent.name };
      const target_id = story.backupAgent.id;
      story.tell('12:51:21', { ...by(story.anna), activity_code: 'service.user.delete', target_id, meta });
    },
  },
  {
    at: '13:20:00',
    title: 'Tom reads his mail, and acts.',
    tell: (story) => {
      const { anna, tom, lukasz } = story;
      const { peer } = story.stranger();
      story.tell('13:02:00', { ...by(tom), ...upon(anna), activity_code: 'user.block' });
      story.tell('13:02:40', { ...by(tom), activity_code: 'setupkey.revoke', ...at(story.temporaryKey) });
      story.tell('13:03:05', {
        ...by(tom),
        activity_code: 'user.peer.delete',
        target_id: peer.id,
        meta: peerMeta(peer),
      });
      story.tell('13:04:00', { ...by(tom), activity_code: 'policy.delete', ...at(story.temporaryPolicy) });
      story.tellAll(
        '13:05:10',
        ['erp', 'files', 'vault'].map((name) => story.ssh(tom, name, 'disable')),
        3100,
      );
      story.tell('13:16:00', { ...by(lukasz), ...upon(tom), activity_code: 'transferred.owner.role' });
    },
  },
  {
    at: '15:00:00',
    title: 'The routes come back. Meanwhile, a laptop has sent gigabytes to somewhere outside.',
    tell: (story) => {
      const back = story.routes.map((route) => ({
        ...by(story.tom),
        activity_code: 'route.add',
        target_id: story.company.ids.xid(),
        meta: route.meta,
      }));
      story.tellAll('14:10:00', back, 33_000);
      story.tellAll('14:20:00', story.network('create', story.tom), 12_000);
      story.tellAll('14:40:00', runnersLeave(story, 6), 71_000);
    },
  },
  {
    at: '17:45:00',
    title: 'Evening. Anna has a new password, and the builds are done.',
    tell: (story) => {
      const { anna, tom } = story;
      story.tell('16:30:00', { ...by(tom), ...upon(anna), activity_code: 'user.unblock' });
      story.tell('16:34:00', { ...by(anna), ...upon(anna), activity_code: 'user.password.change' });
      story.tell('16:35:00', story.signIn(anna));
    },
  },
];

/** Infrastructure as code: the same policies, again. */
function plan(story: DemoCompany): StoryEvent[] {
  return story.policies.map((policy) => {
    return { ...by(story.company.terraform), activity_code: 'policy.update', ...at(policy) };
  });
}

function inGroup(story: DemoCompany, person: Actor): StoryEvent {
  const [group] = story.company.groups;
  const meta = { group: group?.name ?? '', group_id: group?.id ?? '', is_service_user: false, user_name: '' };
  return { ...by(story.anna), ...upon(person), activity_code: 'user.group.add', meta };
}

/** The server itself removes machines that were meant to be short-lived. */
function runnersLeave(story: DemoCompany, count: number): StoryEvent[] {
  return story.runners.splice(0, count).map((peer) => {
    return { initiator_id: 'sys', activity_code: 'user.peer.delete', target_id: peer.id, meta: peerMeta(peer) };
  });
}

/** One of them is written in time and shown late. */
function routesGo(story: DemoCompany): StoryEvent[] {
  return story.routes.map((route, n) => {
    const act = { ...by(story.backupAgent), activity_code: 'route.delete', ...at(route) };
    return n === 4 ? { ...act, late: true as const } : act;
  });
}

/** The target's part of an act upon a thing. */
function at(thing: Thing): Pick<StoryEvent, 'target_id' | 'meta'> {
  return { target_id: thing.id, meta: thing.meta };
}
