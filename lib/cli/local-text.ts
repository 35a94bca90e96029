import type { LocalSummary } from '../local/local-run.ts';
import type { Delivery } from '../local/sns/local-publisher.ts';
import { formatDuration } from '../model/duration.ts';
import type { Source } from '../model/event.ts';
import type { LocalOutput } from './local-output.ts';
import { printable, printableLines } from './output/printable.ts';
import type { Output } from './output/stream-output.ts';

const WIDTH = 96;

/** A local run as a person watches it. `folder`: where the store is kept, if it is. */
export function createTextReport(out: Output, folder: string | undefined): LocalOutput {
  let alertHistory = '1h';
  return {
    async begin(what, config) {
      alertHistory = formatDuration(config.alertHistoryMs);
      await out.write(`${printable(what)}\n`);
    },
    serving: (url) => out.write(`The archive is served at ${url}/api/events/audit\n`),
    chapter: (title) => out.write(`\n— ${printable(title)}\n`),
    collected: (stored, source) => out.write(`  ${count(stored, NAMES[source])} stored.\n`),
    delivery: (delivery) => out.write(deliveryText(delivery)),
    problem: ({ code, message }) => out.write(`\n! Problem (${code}): ${printable(message)}\n`),
    note: (text) => out.write(`  ${printable(text)}\n`),
    summary: (summary) => out.write(summaryText(summary, alertHistory, folder)),
    // The error itself goes to stderr, where it says what to do.
    failure: async () => undefined,
  };
}

const NAMES: Readonly<Record<Source, string>> = { audit: 'new event', traffic: 'new traffic row' };

const FRAMED: Readonly<Record<Delivery['protocol'], string>> = {
  email: 'E-mail',
  sms: 'SMS',
  https: 'Webhook',
  json: 'Queue',
};

function deliveryText({ protocol, endpoint, subject, message }: Delivery): string {
  const length = protocol === 'sms' ? `, ${message.length} characters` : '';
  const title = `┌─ ${FRAMED[protocol]} to ${printable(endpoint)}${length} `;
  const lines = printableLines(message.trimEnd()).split('\n');
  if (protocol === 'email') lines.unshift(`Subject: ${printable(subject)}`, '');
  const body = lines.map((line) => `│ ${line}`.trimEnd());
  return `\n${[title.padEnd(WIDTH, '─'), ...body, '└'.padEnd(WIDTH, '─')].join('\n')}\n`;
}

function summaryText(summary: LocalSummary, alertHistory: string, folder: string | undefined): string {
  const { collected, alerts, delivered, problems } = summary;
  const rows = collected.traffic > 0 ? ` and ${count(collected.traffic, NAMES.traffic)}` : '';
  const stored = `${count(collected.audit, NAMES.audit)}${rows} stored`;
  const quarantined = collected.quarantined > 0 ? `, ${collected.quarantined} kept raw in quarantine` : '';
  const headline = `${stored}${quarantined} · ${count(alerts, 'alert')} · ${count(delivered, 'message')}`;
  return [
    '',
    problems > 0 ? `${headline} · ${count(problems, 'problem')}` : headline,
    ...fatesText(summary, alertHistory),
    ...nextText(folder),
    '',
  ].join('\n');
}

/** Why events were stored and nobody was told. */
function fatesText({ events }: LocalSummary, alertHistory: string): string[] {
  const { history, unmatched, quiet } = events;
  const silent = history + unmatched + quiet;
  if (silent === 0) return [];
  const reasons = [
    history > 0 &&
      `  ${history} older than ${alertHistory} when first seen: history, which alerts nobody (alertHistory)`,
    unmatched > 0 && `  ${unmatched} that no rule looks for`,
    quiet > 0 && `  ${quiet} seen only by rules that tell nobody by themselves: experimental ones, or parts of others`,
  ];
  return [`${count(silent, 'event')} alerted nobody:`, ...reasons.filter((text) => text !== false)];
}

function nextText(folder: string | undefined): string[] {
  if (folder === undefined) {
    return ['', 'Nothing was kept. With --data DIR you can look into it afterwards:', ...looks('DIR')];
  }
  return ['', 'Look into it:', ...looks(/^[\w./-]+$/.test(folder) ? folder : `'${printable(folder)}'`)];
}

function looks(folder: string): string[] {
  return [
    `  netbird-alerts alerts list --data ${folder}`,
    `  netbird-alerts events --data ${folder} --activity route.delete`,
    '  netbird-alerts rules list',
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
