import { randomInt } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createApiToken } from '../api/api-token.ts';
import { parseDuration } from '../model/duration.ts';
import { InputError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { type ApiKey, isUsable, listApiKeys, revokeApiKey, writeApiKey } from '../store/api-keys.ts';
import { DynamoDbStateStore } from '../store/dynamodb/state-store.ts';
import type { StateStore } from '../store/ports.ts';
import { type Arguments, type Command, OK, type Option } from './command.ts';
import { printable } from './output/printable.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, tenantOf, withStores } from './store-options.ts';

/** As long as NetBird lets its own tokens live. */
const LONGEST_MS = 365 * 86_400_000;
const LONGEST_NAME = 100;

/** A data folder, or a deployed stack. */
const KEY_STORE_OPTIONS = {
  ...STORE_OPTIONS,
  'state-table': {
    value: 'NAME',
    help: "in AWS, in place of --data: the stack's output StateTable",
  },
} as const satisfies Record<string, Option>;

export const keysCreate: Command = {
  usage:
    '--name NAME --data DIR | --state-table NAME [--expires 90d] [--tenant NAME]\n' +
    '                                  [--output table|json|ndjson|csv]',
  description: `Makes a key that opens the archive of one tenant for reading, and shows it: this once, since only its
hash is kept. Clients send it as \`Authorization: Token nba_…\`. Works while the API is served.`,
  options: {
    name: { value: 'NAME', help: 'what it is for, or who has it' },
    expires: { value: 'TIME', help: 'how long it opens: 90d (default), 12h, 1y; at most 365 days' },
    ...KEY_STORE_OPTIONS,
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const now = host.clock();
    const name = nameOf(args);
    const expiresAt = new Date(now.getTime() + lifeOf(args)).toISOString();
    const token = createApiToken((limit) => randomInt(limit));
    const fields = { tenant: tenantOf(args), name, createdAt: now.toISOString(), expiresAt };
    const key = await withState(args, (state) => writeApiKey(state, token, fields));
    if (formatOf(args) === 'table') await host.out.write(shownOnce(token, key));
    else await writeRows(host.out, formatOf(args), CREATED, inTurn([{ ...key, key: token }]));
    return OK;
  },
};

export const keysList: Command = {
  usage: '--data DIR | --state-table NAME [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Shows who may read the archive: every key by its id, never the key itself. Keys that have ended are
shown for 30 more days.`,
  options: { ...KEY_STORE_OPTIONS, ...OUTPUT_OPTION },
  async run(args, host) {
    const keys = await withState(args, (state) => listApiKeys(state, tenantOf(args)));
    await writeRows(host.out, formatOf(args), listingAt(host.clock()), inTurn(keys));
    return OK;
  },
};

export const keysRevoke: Command = {
  usage: 'ID --data DIR | --state-table NAME [--tenant NAME]',
  description: 'Ends a key before its time, from the next request on. `keys list` shows the ids.',
  positionals: ['ID'],
  options: { ...KEY_STORE_OPTIONS },
  async run(args, host) {
    const [id] = args.positionals;
    if (id === undefined) throw new InputError('Which key?', 'Write its id: `netbird-alerts keys list` shows it.');
    await withState(args, async (state) => {
      if (await revokeApiKey(state, tenantOf(args), id, host.clock())) return;
      const known = (await listApiKeys(state, tenantOf(args))).map((key) => key.id);
      const hint = didYouMean(id, known) ?? '`netbird-alerts keys list` shows the ids of keys.';
      throw new InputError(`The tenant ${tenantOf(args)} has no key ${id}.`, hint);
    });
    await host.out.write(`${printable(`The key ${id} opens nothing any more.`)}\n`);
    return OK;
  },
};

/** Runs `work` over the keys of a data folder, or of a deployed stack. */
async function withState<T>(args: Arguments, work: (state: StateStore) => Promise<T>): Promise<T> {
  const table = args.text('state-table');
  if (table === undefined) return withStores(args, ({ state }) => work(state));
  if (args.on('data')) {
    throw new InputError('--data and --state-table do not go together.', 'Leave one of the two out.');
  }
  const client = new DynamoDBClient({});
  try {
    return await work(new DynamoDbStateStore(client, table, () => new Date()));
  } finally {
    client.destroy();
  }
}

function nameOf(args: Arguments): string {
  const name = (args.text('name') ?? '').trim();
  if (name !== '' && name.length <= LONGEST_NAME) return name;
  throw new InputError(
    name === '' ? 'What is the key for? --name NAME is missing.' : `--name is longer than ${LONGEST_NAME} characters.`,
    'Say who will use it, such as --name siem, so that it can be told from others.',
  );
}

/** Milliseconds. */
function lifeOf(args: Arguments): number {
  const text = args.text('expires') ?? '90d';
  const life = text === '1y' ? LONGEST_MS : parseDuration(text);
  if (life !== undefined && life >= 1000 && life <= LONGEST_MS) return life;
  throw new InputError(`--expires cannot be ${text}.`, 'Write how long the key opens: 12h, 30d, 90d, up to 365d.');
}

function shownOnce(token: string, { id, name, tenant, expiresAt }: ApiKey): string {
  return `${token}

The key ${id} (${printable(name)}) reads the archive of the tenant ${printable(tenant)} until ${expiresAt}. It is not shown again.
  Authorization: Token ${token}
`;
}

type CreatedKey = ApiKey & { readonly key: string };

const CREATED: Listing<CreatedKey> = {
  json: (created) => ({ type: 'key', ...created }),
  csv: {
    key: ({ key }) => key,
    id: ({ id }) => id,
    name: ({ name }) => name,
    tenant: ({ tenant }) => tenant,
    createdAt: ({ createdAt }) => createdAt,
    expiresAt: ({ expiresAt }) => expiresAt,
  },
  table: [],
  none: '',
};

function listingAt(now: Date): Listing<ApiKey> {
  const stateOf = (key: ApiKey): string => {
    if (key.revokedAt !== undefined) return 'revoked';
    return isUsable(key, now) ? 'valid' : 'expired';
  };
  return {
    json: (key) => ({ ...key, state: stateOf(key) }),
    csv: {
      id: (key) => key.id,
      name: (key) => key.name,
      tenant: (key) => key.tenant,
      state: stateOf,
      createdAt: (key) => key.createdAt,
      expiresAt: (key) => key.expiresAt,
      revokedAt: (key) => key.revokedAt ?? '',
    },
    table: [
      { title: 'ID', width: 16, value: (key) => key.id },
      { title: 'STATE', width: 8, value: stateOf },
      { title: 'CREATED', width: 24, value: (key) => key.createdAt },
      { title: 'EXPIRES', width: 24, value: (key) => key.expiresAt },
      { title: 'NAME', width: 0, value: (key) => key.name },
    ],
    none: 'There is no key. `netbird-alerts keys create --data DIR --name NAME` makes one.',
  };
}

async function* inTurn<T>(things: readonly T[]): AsyncIterable<T> {
  yield* things;
}
