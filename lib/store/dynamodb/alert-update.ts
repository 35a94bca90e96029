/** Pure: the conditional update that brings an alert's row to a revision. */
import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Alert } from '../../model/alert.ts';
import { microsText } from '../../model/timestamp.ts';
import { toAttribute } from './attribute.ts';
import { alertPartition } from './keys.ts';

/**
 * Sets what dispatch knows, on condition that the row is older than `alert.revision`. The outbox (`toSendAt`) is filled
 * by a revision that carries one and emptied only by `markSent`; notices (`notifiedAt`, `notifiedCount`) are not touched.
 */
export function alertUpdate(
  table: string,
  alert: Alert,
  expiresAt: number | undefined,
): UpdateItemCommandInput & { ExpressionAttributeValues: Record<string, AttributeValue> } {
  const fields = Object.entries({ ...ofDispatch(alert), expiresAt }).filter(([, value]) => value !== undefined);
  return {
    TableName: table,
    Key: { pk: { S: alertPartition(alert.tenant, alert.id) } },
    ConditionExpression: 'attribute_not_exists(#revision) OR #revision < :revision',
    UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(fields.map(([name, value]) => [`:${name}`, toAttribute(value)])),
  };
}

function ofDispatch(alert: Alert): Record<string, unknown> {
  const { notifiedAt: _at, notifiedCount: _count, ...fields } = alert;
  return {
    ...fields,
    toSendFor: alert.toSendAt === undefined ? undefined : alert.tenant,
    byStatus: `${alert.tenant}#${alert.status}`,
    byRule: `${alert.tenant}#${alert.rule.key}`,
    openedAtText: microsText(alert.openedAt),
  };
}
