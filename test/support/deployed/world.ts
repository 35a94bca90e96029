import { createHash } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { clientOf } from '../../../lib/local/embedded/embedded-dynamodb.ts';
import type { Act } from '../../../lib/local/simulator/audit-log.ts';
import type { Listening } from '../../../lib/local/simulator/server.ts';
import { createNetBirdSimulator, type NetBirdSimulator } from '../../../lib/local/simulator/simulator.ts';
import type { Config } from '../../../lib/model/config.ts';
import type { TableSchema } from '../../../lib/store/schema.ts';
import { Deployment } from './deployment.ts';
import type { Delivery } from './fake-aws/sns.ts';
import type { CloudAssembly } from './synthesize.ts';
import type { TemplateJson } from './template.ts';

export type Row = Readonly<Record<string, AttributeValue>>;

/** A deployed stack and the NetBird server that it watches. */
export class World {
  readonly deployment: Deployment;
  readonly netbird: NetBirdSimulator;
  readonly #listening: Listening;
  readonly #client: DynamoDBClient;

  private constructor(deployment: Deployment, netbird: NetBirdSimulator, listening: Listening) {
    this.deployment = deployment;
    this.netbird = netbird;
    this.#listening = listening;
    this.#client = clientOf(deployment.database.endpoint);
  }

  /** Where the NetBird server answers. */
  get netbirdUrl(): string {
    return this.#listening.url;
  }

  /** Deploys; the secret is empty. `spoil` changes the template first; `traffic`: NetBird has some. */
  static async open(
    assembly: CloudAssembly,
    config: Partial<Config> = {},
    spoil = (template: TemplateJson): TemplateJson => template,
    traffic?: 'traffic',
  ): Promise<World> {
    let clock = () => new Date();
    const netbird = createNetBirdSimulator({ clock: () => clock(), ...(traffic ? { traffic: {} } : {}) });
    const listening = await netbird.listen();
    const template = spoil(structuredClone(assembly.templateFor({ url: listening.url, ...config })));
    const deployment = await Deployment.open(assembly, template);
    clock = deployment.clock;
    return new World(deployment, netbird, listening);
  }

  /** Puts the token in (`secret`: into one outside the stack), and lets the first poll take `history`. */
  async begin(history: readonly Act[] = HISTORY.slice(0, 1), secret?: string): Promise<void> {
    this.deployment.secrets.put(this.netbird.token, secret);
    this.netbird.log.append(history);
    await this.deployment.tick();
  }

  /** What subscribers got since the last time, by protocol. */
  takeDeliveries(): { readonly email: Delivery[]; readonly sms: Delivery[] } {
    const taken = this.deployment.sns.deliveries.splice(0);
    const by = (protocol: string) => taken.filter((delivery) => delivery.protocol === protocol);
    return { email: by('email'), sms: by('sms') };
  }

  /** A table's items, in order of their keys. */
  async rows(table: TableSchema['name'], begin = ''): Promise<Row[]> {
    const { Items = [] } = await this.#client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    const keyOf = ({ pk, sk }: Row) => `${pk?.S} ${sk?.S}`;
    return Items.filter(({ pk }) => pk?.S?.startsWith(begin)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** Audit events that are stored, by their ids. */
  async storedIds(): Promise<string[]> {
    const rows = await this.rows('Events', 'default#audit#');
    return rows.flatMap(({ sk, id }) => (sk?.S === '~watermark' ? [] : [id?.S ?? '']));
  }

  /** Alerts of the rules that tell by person. */
  async alertsOf(person: string): Promise<Row[]> {
    return (await this.rows('Alerts')).filter(({ dedupKey }) => dedupKey?.S === person);
  }

  /** Alerts that are still to be sent. */
  async unsent(): Promise<Row[]> {
    return (await this.rows('Alerts')).filter(({ toSendAt }) => toSendAt !== undefined);
  }

  /** As somebody with rights of his own would. */
  async put(table: TableSchema['name'], item: Row): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: table, Item: item }));
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.deployment.close();
    await this.#listening.close();
  }
}

export const ADA = { initiator_id: 'ada', initiator_name: 'Ada Admin', initiator_email: 'ada@example.com' };

export const BOB = { initiator_id: 'bob', initiator_name: 'Bob Admin', initiator_email: 'bob@example.com' };

/** From the day before any world begins; more events, and more names in them, than what is written one by one. */
export const HISTORY: readonly Act[] = Array.from({ length: 60 }, (_, n) => ({
  ...ADA,
  activity_code: 'user.join',
  target_id: `user-${n}`,
  meta: { username: `User ${n}`, email: `user-${n}@example.com` },
  timestamp: '2026-03-09T09:00:00Z',
}));

/** Somebody deletes a network route. */
export function routeDeleted(name: string, who: Pick<Act, 'initiator_id' | 'initiator_name' | 'initiator_email'>): Act {
  return {
    ...who,
    activity_code: 'route.delete',
    target_id: `route-${name}`,
    meta: { name, network_range: '10.1.0.0/16' },
  };
}

/** Rows that no collect writes, in a partition of audit events. */
export const POISON: readonly Row[] = [
  {},
  { timestamp: { S: 'yesterday' }, id: { S: '1' }, activity_code: { S: 'route.delete' } },
  { timestamp: { S: '2026-03-10T09:00:00Z' }, id: { M: {} }, activity_code: { L: [] }, meta: { S: 'none' } },
].map((fields, n) => ({
  pk: { S: 'default#audit#2026-03-10' },
  sk: { S: `2026-03-10T09:00:00.00000${n}Z#${n}` },
  ...fields,
}));

/** What a token could be recognized by. */
export function tracesOf(token: string): string[] {
  const hash = createHash('sha256').update(token).digest();
  return [token, token.slice(4), hash.toString('base64'), hash.toString('base64url'), hash.toString('hex')];
}
