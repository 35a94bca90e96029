import type { Alert } from '../../model/alert.ts';
import type { Notice } from '../../model/delivery.ts';
import { toAscii } from './ascii.ts';
import { emailOf } from './email.ts';
import { factsOf, type NoticeContext, type NoticeSettings, sourceOf } from './facts.ts';
import { jsonOf } from './json.ts';
import { oneLine } from './safe-text.ts';
import { smsOf } from './sms.ts';
import { subjectOf } from './subject.ts';

export type { NoticeContext, NoticeSettings } from './facts.ts';

/** Everything that is said about an alert, for every protocol. */
export function renderNotice(alert: Alert, settings: NoticeSettings, context: NoticeContext = {}): Notice {
  const facts = factsOf(alert, context);
  return {
    subject: subjectOf(facts),
    email: emailOf(alert, facts, settings),
    sms: smsOf(alert, facts, settings),
    json: jsonOf(alert, facts),
    attributes: attributesOf(alert),
  };
}

/** What is said where the whole notice was refused: short, ASCII, without a word of any event. */
export function renderFallback(alert: Alert): Notice {
  const { severity } = alert.rule;
  const id = toAscii(oneLine(alert.id)).slice(0, 40);
  const text = `${severity.toUpperCase()}: a NetBird alert, whose whole text could not be sent. Alert ${id}: netbird-alerts alerts list`;
  return {
    subject: `[${severity.toUpperCase()}] NetBird alert ${id}`,
    email: `${text}\n`,
    sms: text.slice(0, 148),
    json: JSON.stringify({ schema: 'netbird-alerts/alert/1', id, severity, status: alert.status, isFallback: true }),
    attributes: attributesOf(alert),
  };
}

/** SNS refuses empty attributes. */
function attributesOf(alert: Alert): Notice['attributes'] {
  return {
    severity: alert.rule.severity,
    rule: oneLine(alert.rule.key) || 'unnamed',
    tenant: oneLine(alert.tenant) || 'default',
    source: sourceOf(alert),
    status: alert.status,
  };
}
