import type { Alert } from '../../model/alert.ts';
import type { EventSummary } from '../../model/finding.ts';
import { dateOf, microsText } from '../../model/timestamp.ts';
import { type Facts, headline, listed, type NoticeSettings, sourceOf } from './facts.ts';
import { cut, fromEvent, lines, oneLine } from './safe-text.ts';
import { volumeBlocks } from './volume.ts';
import { utc, utcAndZone } from './when.ts';

const MOST_EVENTS = 20;
const MOST_NAMES = 5;
const MOST_OF_A_RULE = 4000;

/** The e-mail: plain text, so that nothing in it can be other than it looks. */
export function emailOf(alert: Alert, facts: Facts, settings: NoticeSettings): string {
  const { rule } = alert;
  const blocks = [
    [`${facts.severity}: ${headline(facts)}`],
    summary(alert, facts, settings),
    ...(alert.evidence ? volumeBlocks(alert.evidence, settings.timeZone, alert.count) : [events(alert)]),
    section('Why it matters', rule.description),
    section('What to do', rule.runbook),
    harmless(rule.falsepositives ?? []),
    mitre(rule.tags ?? []),
    lookAtIt(alert),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function summary(alert: Alert, facts: Facts, { timeZone }: NoticeSettings): string[] {
  const first = utcAndZone(alert.firstEventAt, timeZone);
  const last = utcAndZone(alert.lastEventAt, timeZone);
  const group = Object.entries(alert.group).filter(([, value]) => value !== '');
  return [
    `What:     ${oneLine(alert.rule.title)} (rule ${oneLine(alert.rule.key)})`,
    `Who:      ${listed(facts.actors, MOST_NAMES, facts) || 'not named by NetBird'}`,
    `When:     ${first === last ? first : `${first}\n          to ${last}`}`,
    `Where:    NetBird account ${oneLine(alert.tenant)}, ${sourceOf(alert)} events`,
    ...(facts.targets.length > 0 ? [`Target:   ${listed(facts.targets, MOST_NAMES, facts)}`] : []),
    ...(facts.count === undefined ? [] : [`How many: ${facts.count}`]),
    ...(facts.more > 0
      ? [`Before:   ${facts.more} more since the last notice, of an earlier alert of the same kind`]
      : []),
    ...group.map(([field, value]) => `Group:    ${oneLine(field)} = ${fromEvent(value)}${called(field, alert)}`),
  ];
}

/** ` (laptop-7)`. */
function called(field: string, { evidence }: Alert): string {
  const name = fromEvent(evidence?.names[field] ?? '');
  return name === '' ? '' : ` (${name})`;
}

function events({ samples, count }: Alert): string[] {
  if (samples.length === 0) return [];
  const shown = samples.slice(0, MOST_EVENTS);
  const rest = count - shown.length;
  return ['Events (UTC)', ...shown.map(eventLine), ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function eventLine({ at, activity, target, actor }: EventSummary): string {
  const by = fromEvent(actor);
  return `  ${utc(at).slice(0, -4)}  ${[fromEvent(activity), fromEvent(target)].filter(Boolean).join('  ')}${by && `  by ${by}`}`;
}

function section(heading: string, text: string | undefined): string[] {
  const body = text === undefined ? [] : lines(cut(text, MOST_OF_A_RULE, '…')).map((line) => `  ${line}`.trimEnd());
  return body.some(Boolean) ? [heading, ...body] : [];
}

function harmless(falsepositives: readonly string[]): string[] {
  const reasons = falsepositives.map((text) => cut(oneLine(text), MOST_OF_A_RULE, '…')).filter(Boolean);
  return reasons.length > 0 ? ['It may be harmless', ...reasons.slice(0, 20).map((text) => `  - ${text}`)] : [];
}

/** Techniques (`attack.t1562.007`) with their page, other ATT&CK tags as words. */
function mitre(tags: readonly string[]): string[] {
  const names = tags.filter((tag) => tag.startsWith('attack.')).map((tag) => tag.slice('attack.'.length));
  if (names.length === 0) return [];
  return ['MITRE ATT&CK', ...names.map((name) => `  ${techniqueOf(name) ?? oneLine(name).replaceAll('-', ' ')}`)];
}

function techniqueOf(name: string): string | undefined {
  const [, technique, sub] = /^(t\d{4})(?:\.(\d{3}))?$/i.exec(name) ?? [];
  if (technique === undefined) return undefined;
  const id = technique.toUpperCase();
  return sub === undefined
    ? `${id}  https://attack.mitre.org/techniques/${id}/`
    : `${id}.${sub}  https://attack.mitre.org/techniques/${id}/${sub}/`;
}

/** Commands hold no text of an event: people paste them into a shell. */
function lookAtIt(alert: Alert): string[] {
  const since = `${microsText(alert.firstEventAt).slice(0, 19)}Z`;
  const until = `${dateOf(alert.lastEventAt + 1_000_000)
    .toISOString()
    .slice(0, 19)}Z`;
  return [
    `Alert ${oneLine(alert.id)}. To look at it and at what else happened then:`,
    '  netbird-alerts alerts list',
    `  netbird-alerts events${sourceOf(alert) === 'traffic' ? ' --source traffic' : ''} --since ${since} --until ${until}`,
  ];
}
