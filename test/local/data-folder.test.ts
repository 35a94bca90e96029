import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ownStore, sharedStore } from '../../lib/local/data-folder.ts';

describe('a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'data-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const endpointFile = () => join(folder, 'endpoint.json');

  it('tells its address and secret to this user alone while it is open, and no longer', async () => {
    const store = await ownStore(folder);
    expect((await stat(endpointFile())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(endpointFile(), 'utf8'))).toEqual(store.db.endpoint);
    await store.close();
    await expect(stat(endpointFile())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is read through the process that has it open', async () => {
    const owner = await ownStore(folder);
    const reader = await sharedStore(folder);
    expect((await reader.client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await reader.close();
    await owner.close();
  });

  it('is opened by the reader when the process that wrote its endpoint was killed', async () => {
    await (await ownStore(folder)).close();
    await writeFile(endpointFile(), JSON.stringify({ address: 'http://127.0.0.1:9', secret: 'dead' }));
    const reader = await sharedStore(folder);
    expect((await reader.client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await reader.close();
  });

  it('refuses a second owner at once', async () => {
    const owner = await ownStore(folder);
    await expect(ownStore(folder)).rejects.toMatchObject({ name: 'StoreLockedError', retryable: false });
    await owner.close();
  });

  it('says so when a file stands in its place', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(ownStore(join(folder, 'file'))).rejects.toMatchObject({ name: 'DataFolderError' });
    await writeFile(join(folder, 'store'), '');
    await expect(ownStore(folder)).rejects.toThrow(/cannot be used \([A-Z_]+\)/);
  });

  it('is not made by a reader', async () => {
    await expect(sharedStore(join(folder, 'mistyped'))).rejects.toMatchObject({ name: 'NoStoreError' });
    await expect(stat(join(folder, 'mistyped'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
