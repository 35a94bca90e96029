import { didYouMean, nearest, renameTo } from '../../model/nearest.ts';
import type { RuleInfo, RuleStatus } from '../../model/rule.ts';
import { SEVERITIES, type Severity } from '../../model/severity.ts';
import { parseAlert } from './alert.ts';
import { entryOf, mapAt, textAt, textsAt } from './read.ts';
import type { Report } from './report.ts';
import type { MapTree } from './tree.ts';

/** What documents of every kind may hold at the top, besides what makes the kind. */
const COMMON_KEYS = [
  'title',
  'id',
  'related',
  'name',
  'taxonomy',
  'status',
  'description',
  'license',
  'author',
  'references',
  'date',
  'modified',
  'fields',
  'falsepositives',
  'level',
  'tags',
  'scope',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'generate',
  'x-correlation',
  'x-alert',
  'x-tests',
];

const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}[-/]\d{2}[-/]\d{2}$/;
const MAX_TITLE = 256;

export type AnyStatus = (typeof STATUSES)[number];

/** What a document says about itself; `version` and `alerts` are set when the set is put together. */
export interface Metadata {
  readonly info: RuleInfo;
  readonly status: AnyStatus;
}

export function parseMetadata(map: MapTree, report: Report): Metadata {
  warnNearMisses(map, report);
  const title = parseTitle(map, report);
  const name = textAt(map, 'name', report);
  const id = parseId(map, report);
  const status = choice(map, 'status', STATUSES, 'stable', report);
  const description = textAt(map, 'description', report);
  checkDates(map, report);
  const alert = mapAt(map, 'x-alert', report);
  return {
    status,
    info: {
      key: name ?? id ?? title,
      title,
      ...(id !== undefined && { id }),
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      status: status === 'deprecated' || status === 'unsupported' ? 'experimental' : (status satisfies RuleStatus),
      level: choice<Severity>(map, 'level', SEVERITIES, 'medium', report),
      tags: texts(map, 'tags', report),
      falsepositives: texts(map, 'falsepositives', report),
      references: texts(map, 'references', report),
      file: report.file,
      line: map.at.line,
      version: '',
      alerts: true,
      alert: alert ? parseAlert(alert, report) : {},
    },
  };
}

function parseTitle(map: MapTree, report: Report): string {
  const title = textAt(map, 'title', report);
  if (title === undefined || title.trim() === '') {
    const keys = title === undefined ? map.entries.map(({ key }) => key) : [];
    const hint = renameTo('title', keys) ?? 'Add "title: …".';
    if (!entryOf(map, 'title') || title !== undefined) report.error(map.at, 'there is no title', hint);
    return '';
  }
  if (title.length > MAX_TITLE) {
    report.warning(entryOf(map, 'title')?.at ?? map.at, `the title is longer than ${MAX_TITLE} characters`);
  }
  return title;
}

function parseId(map: MapTree, report: Report): string | undefined {
  const id = textAt(map, 'id', report);
  const at = entryOf(map, 'id')?.value.at;
  if (id !== undefined && at && !UUID.test(id))
    report.warning(at, `the id "${id}" is no UUID`, 'Sigma wants version 4.');
  return id;
}

function choice<T extends string>(map: MapTree, key: string, allowed: readonly T[], fallback: T, report: Report): T {
  const text = textAt(map, key, report);
  if (text === undefined) return fallback;
  const found = allowed.find((each) => each === text.toLowerCase());
  if (found !== undefined) return found;
  const hint = didYouMean(text, allowed) ?? `Use one of ${allowed.join(', ')}.`;
  report.error(entryOf(map, key)?.value.at ?? map.at, `${key} cannot be "${text}"`, hint);
  return fallback;
}

function texts(map: MapTree, key: string, report: Report): string[] {
  const value = entryOf(map, key)?.value;
  if (value?.kind === 'scalar' && value.value === null) return [];
  return (textsAt(map, key, report) ?? []).map(({ text }) => text);
}

function checkDates(map: MapTree, report: Report): void {
  for (const key of ['date', 'modified']) {
    const value = entryOf(map, key)?.value;
    if (value?.kind !== 'scalar' || DATE.test(value.source)) continue;
    report.warning(value.at, `${key} "${value.source}" is no date`, 'Write it as 2026-11-23.');
  }
}

/** Custom keys are legal at the top, so only what looks like a slip of a known one is told. */
function warnNearMisses(map: MapTree, report: Report): void {
  for (const { key, at } of map.entries) {
    if (COMMON_KEYS.includes(key)) continue;
    const near = nearest(key, COMMON_KEYS);
    if (near !== undefined) report.warning(at, `"${key}" is not a key of Sigma`, `Did you mean "${near}"?`);
  }
}
