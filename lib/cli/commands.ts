import type { Command } from './command.ts';

export interface CommandEntry {
  /** What the command does, in one line. */
  readonly summary: string;
  /** Loaded when it runs, so that every command starts as quickly as it can. */
  load(): Promise<Command>;
}

/** Every command by its name of one or two words. A new one is a file and a line here. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  local: {
    summary: 'Run everything here: collect, detect, notify. The demo, a real server, or a recording.',
    load: async () => (await import('./local.ts')).local,
  },
  simulate: {
    summary: 'Serve the audit log of an invented company, as a NetBird server does.',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  events: {
    summary: 'Search the stored events, or follow them as they come in.',
    load: async () => (await import('./events.ts')).events,
  },
  'events stats': {
    summary: 'Count the stored events, or traffic, by who, what and when.',
    load: async () => (await import('./events-stats.ts')).eventsStats,
  },
  'alerts list': {
    summary: 'Show the alerts, newest first.',
    load: async () => (await import('./alerts-list.ts')).alertsList,
  },
  api: {
    summary: "Serve the stored events in the shape of NetBird's own API.",
    load: async () => (await import('./api.ts')).api,
  },
  'keys create': {
    summary: 'Make a key for the API.',
    load: async () => (await import('./keys.ts')).keysCreate,
  },
  'keys list': {
    summary: 'Show the keys of the API.',
    load: async () => (await import('./keys.ts')).keysList,
  },
  'keys revoke': {
    summary: 'End a key of the API before its time.',
    load: async () => (await import('./keys.ts')).keysRevoke,
  },
  'lists show': {
    summary: 'Show the lists that rules name as %Name%, with owner and expiry.',
    load: async () => (await import('./lists.ts')).listsShow,
  },
  'lists add': {
    summary: 'Put entries into a list.',
    load: async () => (await import('./lists.ts')).listsAdd,
  },
  'lists remove': {
    summary: 'Take entries out of a list.',
    load: async () => (await import('./lists.ts')).listsRemove,
  },
  backtest: {
    summary: 'Show what rules would have found in events that are there.',
    load: async () => (await import('./backtest.ts')).backtest,
  },
  'rules list': {
    summary: 'Show the rules.',
    load: async () => (await import('./rules-list.ts')).rulesList,
  },
  'rules check': {
    summary: 'Show what is wrong with rules, and where.',
    load: async () => (await import('./rules-check.ts')).rulesCheck,
  },
  'rules test': {
    summary: "Run the rules' own tests.",
    load: async () => (await import('./rules-test.ts')).rulesTest,
  },
  'rules show': {
    summary: 'Explain a rule: what it needs, what it costs, an example of its alert.',
    load: async () => (await import('./rules-show.ts')).rulesShow,
  },
  'rules new': {
    summary: 'Write a new rule with tests, to be changed.',
    load: async () => (await import('./rules-new.ts')).rulesNew,
  },
  'rules docs': {
    summary: 'Write the page of all rules, and the schema for editors.',
    load: async () => (await import('./rules-docs.ts')).rulesDocs,
  },
  'rules match': {
    summary: 'Pair any rules with any events.',
    load: async () => (await import('./rules-match.ts')).rulesMatch,
  },
};
