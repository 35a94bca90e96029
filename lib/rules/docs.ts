import type { Rule } from '../model/rule.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import type { RuleSet } from '../sigma/types.ts';
import { dedupInWords, ruleInWords, scheduleInWords } from './in-words.ts';
import type { DeclaredLists } from './lists-file.ts';

/** What the page of a rule set is made from. */
export interface DocsInput {
  readonly ruleSet: RuleSet;
  readonly lists: DeclaredLists;
  /** Link from the page to a rule's file. */
  linkTo(file: string): string;
}

const HEAD = `# Rules

<!-- Written by \`netbird-alerts rules docs\`. Change the rules, not this page. -->

`;

/** The page of all rules, in Markdown: alerting ones by severity, then what feeds them, then the lists. */
export function rulesPage(input: DocsInput): string {
  const { ruleSet, lists } = input;
  const alerting = ruleSet.rules.filter(({ alerts }) => alerts);
  const feeding = ruleSet.rules.filter(({ alerts }) => !alerts);
  const groups = SEVERITIES.toReversed().flatMap((level) => severityPart(level, alerting, input));
  return `${HEAD}${[intro(alerting), ...groups, ...feedingPart(feeding), ...listsPart(lists, ruleSet)].join('\n')}`;
}

function intro(alerting: readonly Rule[]): string {
  const telling = alerting.filter(({ status }) => status !== 'experimental').length;
  return `${alerting.length} rules alert. ${telling} of them tell people; the other ${alerting.length - telling} are
experimental: they record what they find and tell nobody, until their \`status\` says otherwise.
[How to write rules](writing-rules.md) explains the parts; \`netbird-alerts rules show NAME\` explains one rule, with an
example of its e-mail.
`;
}

function severityPart(level: Severity, alerting: readonly Rule[], input: DocsInput): string[] {
  const rules = alerting.filter((rule) => rule.level === level).sort((a, b) => (a.key < b.key ? -1 : 1));
  if (rules.length === 0) return [];
  const rows = rules.map(
    (rule) => `| [${rule.key}](#${anchor(rule.key)}) | ${cell(rule.title)} | ${kind(rule)} | ${rule.status} |`,
  );
  const table = ['| rule | title | kind | status |', '| --- | --- | --- | --- |', ...rows, ''];
  return [`## ${capital(level)}\n`, ...table, ...rules.map((rule) => section(rule, input))];
}

function section(rule: Rule, { ruleSet, linkTo }: DocsInput): string {
  const { alert } = rule;
  const lists = ruleSet.lists
    .filter((use) => use.rules.some((key) => isPartOf(key, rule, ruleSet)))
    .map(({ name }) => `\`%${name}%\``);
  const facts: (readonly [string, string | undefined])[] = [
    ['Looks for', `${ruleInWords(rule)}.`],
    ['Alerts', `${dedupInWords(rule)}.`],
    ['Counts only', alert.schedule && scheduleInWords(alert.schedule)],
    ['Lists', lists.join(', ')],
    ['ATT&CK', rule.tags.flatMap(attackLink).join(', ')],
    ['May be harmless', rule.falsepositives.map(inline).join(' ')],
    ['What to do', alert.runbook && inline(alert.runbook)],
    ['Owner', alert.owner],
    ['File', `[${rule.file}](${linkTo(rule.file)})`],
  ];
  const lines = facts.filter(([, text]) => text).map(([label, text]) => `* **${label}:** ${text}`);
  return [
    `### ${rule.key}\n`,
    `${inline(rule.title)}. ${inline(rule.description ?? '')}`.trim(),
    '',
    ...lines,
    '',
  ].join('\n');
}

function feedingPart(rules: readonly Rule[]): string[] {
  if (rules.length === 0) return [];
  const rows = rules.map((rule) => `| ${rule.key} | ${cell(rule.title)} | ${rule.file} |`);
  return ['## Rules that only feed correlations\n', '| rule | title | file |', '| --- | --- | --- |', ...rows, ''];
}

function listsPart(lists: DeclaredLists, ruleSet: RuleSet): string[] {
  if (lists.size === 0) return [];
  const rows = [...lists].map(([name, { description = '' }]) => {
    const users = ruleSet.lists.find((use) => use.name === name)?.rules ?? [];
    return `| \`%${name}%\` | ${cell(description)} | ${users.join(', ')} |`;
  });
  return [
    '## Lists\n',
    'Empty lists match nothing. `netbird-alerts lists add NAME VALUE` fills them, with owner and expiry.\n',
    '| list | holds | used by |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
}

/** Whether a rule is this one, or one that it counts. */
function isPartOf(key: string, rule: Rule, ruleSet: RuleSet): boolean {
  if (rule.key === key) return true;
  if (rule.kind === 'detection') return false;
  return rule.rules.some((inner) => {
    const found = ruleSet.rules.find((each) => each.key === inner);
    return found !== undefined && isPartOf(key, found, ruleSet);
  });
}

function kind(rule: Rule): string {
  return rule.kind === 'detection' ? 'single event' : rule.type;
}

function attackLink(tag: string): string[] {
  const [, technique, sub] = /^attack\.(t\d{4})(?:\.(\d{3}))?$/.exec(tag) ?? [];
  if (technique === undefined) return [];
  const id = technique.toUpperCase();
  const [name, path] = sub === undefined ? [id, id] : [`${id}.${sub}`, `${id}/${sub}`];
  return [`[${name}](https://attack.mitre.org/techniques/${path}/)`];
}

/** GitHub's way to make an anchor of a heading of word characters. */
function anchor(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

function inline(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('<', '&lt;');
}

function cell(text: string): string {
  return inline(text).replaceAll('|', '\\|');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
