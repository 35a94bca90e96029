/** An unusual volume in words: how much, what is usual, why it counts as unusual, and where it went. */
import type { Contributors, EvidenceReason, VolumeEvidence } from '../../model/evidence.ts';
import { formatSize } from '../../model/size.ts';
import { fromEvent, oneLine } from './safe-text.ts';
import { sparkline } from './sparkline.ts';
import { clockTime } from './when.ts';

/** `12.4 GB`, `1,280 events`. */
export function amountText(value: number, { unit }: Pick<VolumeEvidence, 'unit'>): string {
  if (unit === 'bytes') return formatSize(value);
  const text = Number(value.toFixed(value < 10 ? 2 : 0)).toLocaleString('en-US');
  if (unit === 'amount') return text;
  return `${text} ${text === '1' ? 'event' : 'events'}`;
}

/** `120 MB to 410 MB`, `nothing`, `next to nothing`; undefined where nothing is known of this hour yet. */
export function usualText(evidence: VolumeEvidence): string | undefined {
  const { low, high, seen, emptyShare } = evidence;
  if (seen === 0) return undefined;
  if (high === 0 || emptyShare >= 1) return 'nothing';
  const [from, to] = [amountText(low, evidence), amountText(high, evidence)];
  return from === to ? `about ${to}` : `${from} to ${to}`;
}

/** The blocks of the e-mail. */
export function volumeBlocks(evidence: VolumeEvidence, timeZone: string, events: number): string[][] {
  return [howUnusual(evidence, timeZone, events), course(evidence), whereTo(evidence)];
}

function howUnusual(evidence: VolumeEvidence, timeZone: string, events: number): string[] {
  const { bucket, isOpen, expected, learning, direction } = evidence;
  const span = `${clockTime(bucket.start, timeZone)} to ${clockTime(bucket.end, timeZone)}`;
  const flows =
    evidence.unit === 'events' || events === 0
      ? ''
      : `, in ${events.toLocaleString('en-US')} ${events === 1 ? 'event' : 'events'}`;
  const soFar = isOpen ? ' so far' : '';
  const what =
    direction === 'down' ? `Only ${amountText(evidence.value, evidence)}` : amountText(evidence.value, evidence);
  return [
    'How unusual',
    `  ${what}${soFar} from ${span}${flows}; about ${amountText(expected, evidence)} was expected.`,
    ...usual(evidence),
    ...evidence.reasons.flatMap((reason) => reasonText(reason, evidence)).map((text) => `  ${text}`),
    ...lastAsHigh(evidence),
    ...(learning ? ['  It is watched for less than two weeks: what is usual is still being learned.'] : []),
  ];
}

function usual(evidence: VolumeEvidence): string[] {
  const text = usualText(evidence);
  if (text === undefined) return ['  Nothing is known yet of what is usual at this hour.'];
  const empty = evidence.emptyShare > 0 && evidence.emptyShare < 1 && text !== 'nothing';
  const share = empty ? `, and nothing in ${Math.round(evidence.emptyShare * 100)} % of the cases` : '';
  return [`  Usually ${text} at this time of the week${share}.`];
}

function reasonText(reason: EvidenceReason, evidence: VolumeEvidence): string[] {
  const times = (factor: number): string =>
    `${factor >= 10 ? Math.round(factor).toLocaleString('en-US') : factor.toFixed(1)} times`;
  switch (reason.is) {
    case 'above-usual':
      return [`${times(reason.times)} the upper end of what is usual.`];
    case 'usually-empty':
      return ['There is usually nothing at this time of the week.'];
    case 'highest':
      return [`The highest in ${reason.days} days${before(evidence)}.`];
    case 'goes-on':
      return [`More than usual for ${reason.buckets} ${bucketsText(evidence.bucket)} in a row.`];
    case 'day-grew':
      return [
        `In the last day ${amountText(reason.day, evidence)}: ${times(reason.times)} a usual day's ${amountText(reason.usualDay, evidence)}.`,
      ];
    case 'fell-silent':
      return [
        `Next to nothing for ${reason.buckets} ${bucketsText(evidence.bucket)} in a row, where there always was something.`,
      ];
    case 'beyond-fleet':
      return [`${times(reason.times)} what all but one in a hundred of the others hold.`];
  }
}

function before({ highest28, ...evidence }: VolumeEvidence): string {
  return highest28 > 0 ? `; before that it was ${amountText(highest28, evidence)}` : '';
}

function lastAsHigh({ lastAsHigh: day, direction }: VolumeEvidence): string[] {
  return day === undefined || direction === 'down' ? [] : [`  It was last as high on ${day}.`];
}

/** The last buckets, and the range that is usual at the hour of each, on one scale. */
function course(evidence: VolumeEvidence): string[] {
  const { recent, bucket } = evidence;
  if (recent.length < 2) return [];
  const values = recent.map(({ value }) => value);
  const highs = recent.map(({ high }) => high);
  const lows = recent.map(({ low }) => low);
  const most = Math.max(...values, ...highs);
  const line = (label: string, all: readonly number[], end: string): string =>
    `  ${label.padEnd(17)}${sparkline(all, most)}${end}`;
  return [
    `The last ${recent.length} ${bucketsText(bucket)}, the newest on the right`,
    line('it was', values, `  at most ${amountText(Math.max(...values), evidence)}`),
    line('usually at most', highs, `  at most ${amountText(Math.max(...highs), evidence)}`),
    line('usually at least', lows, ''),
  ];
}

/** `hours`, `days`, `buckets of 15 minutes`. */
function bucketsText({ start, end }: VolumeEvidence['bucket']): string {
  const minutes = Math.round((end - start) / 60_000_000);
  if (minutes === 1440) return 'days';
  if (minutes === 60) return 'hours';
  return minutes % 60 === 0 ? `buckets of ${minutes / 60} hours` : `buckets of ${minutes} minutes`;
}

const LABELS: Readonly<Record<string, string>> = {
  'destination.name': 'to',
  'source.name': 'from',
  dst_port: 'port',
  'user.email': 'user',
  initiator_email: 'by',
};

function whereTo(evidence: VolumeEvidence): string[] {
  if (evidence.top.length === 0) return [];
  return ['Most of it', ...evidence.top.map((each) => `  ${contributorsText(each, evidence)}`)];
}

function contributorsText({ field, values }: Contributors, evidence: VolumeEvidence): string {
  const label = LABELS[field] ?? oneLine(field);
  const named = values.map(({ name, value }) => `${fromEvent(name)} (${amountText(value, evidence)})`);
  return `${`${label}:`.padEnd(6)} ${named.join(', ')}`;
}

/** `Usual 120 MB to 410 MB, most to backup-eu`, for texts; empty where nothing is known. */
export function volumeInShort(evidence: VolumeEvidence, title: string): string[] {
  const amount = amountText(evidence.value, evidence);
  const usual = usualText(evidence);
  const [largest] = evidence.top;
  const name = fromEvent(largest?.values[0]?.name ?? '', 24);
  return [
    ...(title.includes(amount) ? [] : [amount]),
    ...(usual === undefined ? [] : [`usual ${usual}`]),
    ...(largest && name !== '' ? [`most ${LABELS[largest.field] ?? oneLine(largest.field)} ${name}`] : []),
  ];
}
