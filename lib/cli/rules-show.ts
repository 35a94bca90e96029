import type { Alert } from '../model/alert.ts';
import { InputError } from '../model/errors.ts';
import type { Rule } from '../model/rule.ts';
import { renderNotice } from '../notify/render/notice.ts';
import { type Explanation, explainRule } from '../rules/explain.ts';
import { dedupInWords, ruleInWords, scheduleInWords, stateInWords, statusInWords } from '../rules/in-words.ts';
import { listsAt } from '../rules/lists-file.ts';
import { nothingLike } from '../rules/names-like.ts';
import { TestBench } from '../rules/run-tests.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { countText } from './count-text.ts';
import { printableJson, printableLines } from './output/printable.ts';
import { type RuleSources, readRuleSources, rulesFolder } from './rule-sources.ts';
import { RULES_OPTION } from './rules-option.ts';

const MOST_LISTED = 12;
const LABEL_WIDTH = 11;

export const rulesShow: Command = {
  usage: 'NAME [--rules DIR] [--output text|json]',
  description: `Shows a rule (by name, id or title): what it looks for, what it needs and costs, whom it tells, and
an example of its alert, made by its first test that fires.`,
  positionals: ['NAME'],
  options: {
    ...RULES_OPTION,
    output: { value: 'FORMAT', help: 'text | json', choices: ['text', 'json'] },
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.text('rules'), host));
    const lists = listsAt(sources.lists, host.clock());
    const bench = new TestBench(sources.files, lists);
    const rule = find(bench, args);
    const explanation = explainRule(sources.files, lists, bench.ruleSet, rule);
    await show(args, host, { sources, explanation, example: await exampleOf(bench, rule) });
    return OK;
  },
};

interface Shown {
  readonly sources: RuleSources;
  readonly explanation: Explanation;
  /** What the first firing test opens. */
  readonly example: Alert | undefined;
}

function find({ ruleSet }: TestBench, args: Arguments): Rule {
  const [name] = args.positionals;
  if (name === undefined) throw new InputError('Which rule?', 'Write its name: `netbird-alerts rules list` shows all.');
  const namesOf = ({ key, id, title }: Rule): string[] => [key, ...(id === undefined ? [] : [id]), title];
  const wanted = name.toLowerCase();
  const found = ruleSet.rules.find((rule) => namesOf(rule).some((each) => each.toLowerCase() === wanted));
  if (found) return found;
  throw nothingLike(name, ruleSet.rules.flatMap(namesOf));
}

async function exampleOf(bench: TestBench, rule: Rule): Promise<Alert | undefined> {
  for (const test of bench.ruleSet.tests.get(rule.key) ?? []) {
    const [alert] = (await bench.run(rule, test)).alerts;
    if (alert) return alert;
  }
  return undefined;
}

async function show(args: Arguments, { out }: Host, { sources, explanation, example }: Shown): Promise<void> {
  const { rule, detections: _, ...needs } = explanation;
  const file = sources.placeOf(rule.file);
  const notice = example && renderNotice(example, { timeZone: 'UTC' });
  if (args.text('output') === 'json') {
    const state = stateInWords(rule);
    const words = { looksFor: ruleInWords(rule), dedup: dedupInWords(rule), ...(state && { state }) };
    const shown = notice && { subject: notice.subject, email: notice.email, sms: notice.sms };
    return out.write(`${printableJson({ ...rule, file, ...words, ...needs, example: shown })}\n`);
  }
  const blocks = [heading(rule, file), rule.description ?? '', facts(explanation)];
  if (notice) {
    blocks.push(`Example e-mail\n\n${indent(`Subject: ${notice.subject}\n\n${notice.email.trimEnd()}`)}`);
    blocks.push(`Example SMS\n\n${indent(notice.sms)}`);
  }
  await out.write(`${printableLines(blocks.filter((block) => block !== '').join('\n\n'))}\n`);
}

function heading({ title, key, level, line }: Rule, file: string): string {
  return `${title}\n${key} · ${level} · ${file}:${line}`;
}

function facts({ rule, feeds, fields, lists, codes, witnesses }: Explanation): string {
  const { alert } = rule;
  const foreign = codes.filter(({ origin }) => origin !== 'open source');
  const rows: (readonly [string, string | undefined])[] = [
    ['Looks for', ruleInWords(rule)],
    ['Status', statusInWords(rule)],
    ['Alerts', dedupInWords(rule)],
    ['Title', alert.title ?? rule.title],
    [
      'Feed',
      feeds.includes('traffic') ? `${feeds.join(', ')} (traffic: NetBird Cloud or Enterprise)` : feeds.join(', '),
    ],
    ['Fields', fields.join(', ')],
    ['Lists', lists.map(({ name, entries }) => `%${name}% (${entriesText(entries)})`).join(', ')],
    ['Codes', listed(codes.map(({ code }) => code))],
    [
      'Missing',
      foreign.length > 0 ? `an open-source server does not write ${listed(foreign.map(({ code }) => code))}` : '',
    ],
    ['Index', witnesses ? `meets only events with ${announced(witnesses)}` : 'meets every event: nothing announces it'],
    ['State', stateInWords(rule) ?? 'none'],
    ['Schedule', alert.schedule && scheduleInWords(alert.schedule)],
    [
      'ATT&CK',
      rule.tags
        .filter((tag) => tag.startsWith('attack.'))
        .map((tag) => tag.slice('attack.'.length))
        .join(', '),
    ],
    ['Owner', alert.owner],
    ['Runbook', alert.runbook],
  ];
  return rows
    .filter(([, text]) => text)
    .map(([label, text]) => `${label.padEnd(LABEL_WIDTH)}${text?.trim()}`)
    .join('\n');
}

/** `activity_code = a, b or meta.name = c`. */
function announced(witnesses: readonly string[]): string {
  const byField = new Map<string, string[]>();
  for (const witness of witnesses) {
    const [, field = '', value = witness] = /^(\S+ [=~] )(.*)$/s.exec(witness) ?? [];
    byField.set(field, [...(byField.get(field) ?? []), value]);
  }
  return [...byField].map(([field, values]) => `${field}${listed(values)}`).join(' or ');
}

function entriesText(entries: number | undefined): string {
  return entries === undefined ? 'not declared' : countText(entries, 'entry', 'entries');
}

function listed(all: readonly string[]): string {
  const more = all.length - MOST_LISTED;
  return all.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
