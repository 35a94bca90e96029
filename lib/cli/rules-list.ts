import type { Rule } from '../model/rule.ts';
import { type Command, OK } from './command.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { loadRules, RULES_OPTION } from './rules-option.ts';
import { formatOf, OUTPUT_OPTION } from './store-options.ts';

export const rulesList: Command = {
  usage: '[--rules DIR] [--output table|json|ndjson|csv]',
  description:
    'Lists the rules that are loaded, in the order of their files. Experimental ones record and tell nobody.',
  options: { ...RULES_OPTION, ...OUTPUT_OPTION },
  async run(args, host) {
    const { rules } = await loadRules(args, host);
    await writeRows(host.out, formatOf(args), LISTING, inTurn(rules));
    return OK;
  },
};

async function* inTurn<T>(things: readonly T[]): AsyncIterable<T> {
  yield* things;
}

const LISTING: Listing<Rule> = {
  json: ({ key, title, status, level, kind, alerts, tags, description, file, line, version }) => ({
    key,
    title,
    status,
    level,
    kind,
    alerts,
    tags,
    description,
    file,
    line,
    version,
  }),
  csv: {
    key: (rule) => rule.key,
    title: (rule) => rule.title,
    status: (rule) => rule.status,
    level: (rule) => rule.level,
    kind: (rule) => rule.kind,
    alerts: (rule) => String(rule.alerts),
    tags: (rule) => rule.tags.join(' '),
    file: (rule) => rule.file,
  },
  table: [
    { title: 'RULE', width: 36, value: (rule) => rule.key },
    { title: 'LEVEL', width: 13, value: (rule) => rule.level },
    { title: 'STATUS', width: 12, value: (rule) => rule.status },
    { title: 'KIND', width: 11, value: (rule) => rule.kind },
    { title: 'TITLE', width: 0, value: (rule) => rule.title },
  ],
  none: 'No rule is loaded. `--rules DIR` names a folder of rules.',
};
