import type { AuditEvent } from '../../lib/model/event.ts';
import { type ReplaySettings, replayEvents } from '../../lib/pipeline/replay.ts';
import { auditEvent, rulesOf, SECOND, START } from '../pipeline/changes.ts';

const KINDS = ['a', 'b', 'c', 'other']
  .map(
    (kind) => `
title: Kind ${kind}
name: ${kind}
status: stable
level: low
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: ${kind}}
  condition: selection
`,
  )
  .join('---');

/** The rules of `a`, `b`, `c` and `other` events, which tell nobody, and one rule named `it` over them. */
export function ruleOf(body: string, options: { extension?: boolean; alert?: string } = {}): string {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`);
  return `${KINDS}---
title: It
name: it
status: stable
level: high
${options.extension ? 'x-correlation' : 'correlation'}:
${lines.join('\n')}
x-alert: ${options.alert ?? '{suppress: 30d}'}
`;
}

/** `0:a 10:b/u2=5`: seconds, kind, initiator (default u1), meta.value (default 1). */
export function eventsOf(text: string): AuditEvent[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word, index) => {
      const [, seconds, kind = '', who = 'u1', value = '1'] =
        /^([\d.]+):([a-z]+)(?:\/([^=]+))?(?:=(.*))?$/.exec(word) ?? [];
      return auditEvent(Number(seconds), {
        id: String(index + 1),
        activity_code: kind,
        initiator_id: who,
        initiator_name: who,
        meta: value === 'none' ? {} : { value },
      });
    });
}

/** What `it` told, an alert a line: `opened first-last count key`, times in seconds. */
export async function toldBy(rules: string, events: string, settings: ReplaySettings = {}): Promise<string[]> {
  const replayed = eventsOf(events).map((event) => ({ event, source: 'audit' as const }));
  const alerts = await replayEvents(rulesOf(rules), replayed, settings);
  const seconds = (at: number): number => (at - START) / SECOND;
  return alerts
    .filter(({ rule }) => rule.key === 'it')
    .map(({ openedAt, firstEventAt, lastEventAt, count, dedupKey }) => {
      return `${seconds(openedAt)} ${seconds(firstEventAt)}-${seconds(lastEventAt)} ${count} ${dedupKey}`.trim();
    });
}
