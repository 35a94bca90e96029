import { createHash } from 'node:crypto';
import type { Position } from '../model/change.ts';
import type { Source } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { Micros } from '../model/timestamp.ts';

/** The rule that everything told about a source belongs to. */
export const SOURCE_RULE_KEY = 'netbird-alerts-source';

export interface OperatorNews {
  readonly tenant: string;
  readonly source: Source;
  /** A problem's code, or `over`. */
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** What happened and what to do next. */
  readonly message: string;
  readonly dedupKey: string;
  readonly at: Micros;
  /** When it began, where that is known. */
  readonly since?: Micros;
  readonly count?: number;
  /** The State item whose write it belongs to, and that write's version: what makes it count once. */
  readonly key: string;
  readonly version: number;
}

const SUPPRESS_MS = 3_600_000;

/** Something that the operator must know about a source, in the shape of any other finding. */
export function operatorFinding(news: OperatorNews): Finding {
  const position: Position = { stream: 'state', partition: news.key, sequence: String(news.version) };
  const id = createHash('sha256').update(`${news.key}|${news.version}|${news.code}`).digest('hex').slice(0, 32);
  return {
    id,
    tenant: news.tenant,
    rule: {
      key: SOURCE_RULE_KEY,
      title: 'The NetBird source',
      status: 'stable',
      severity: news.severity,
      suppressMs: SUPPRESS_MS,
      description: news.message,
    },
    dedupKey: news.dedupKey,
    group: { source: news.source, problem: news.code },
    title: news.title,
    at: news.at,
    firstEventAt: news.since ?? news.at,
    lastEventAt: news.at,
    count: news.count ?? 1,
    samples: [],
    notify: true,
    position,
  };
}
