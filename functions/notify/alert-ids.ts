import type { DynamoDBStreamEvent } from 'aws-lambda';

/** The ids of the tenant's alerts among stream records, each once: a row's key is `<tenant>#<alert id>`. */
export function alertIdsOf(event: DynamoDBStreamEvent, tenant: string): string[] {
  const keys = event.Records.map((record) => record.dynamodb?.Keys?.['pk']?.S ?? '');
  const own = keys.filter((key) => key.startsWith(`${tenant}#`)).map((key) => key.slice(tenant.length + 1));
  return [...new Set(own)];
}
