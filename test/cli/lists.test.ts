import { join } from 'node:path';
import { ownStore } from '../../lib/local/data-folder.ts';
import { parseLines, runCommand } from './run-command.ts';
import { storedFolder } from './stored.ts';
import { writtenFiles } from './written-files.ts';

const RULE = `title: Change
name: change
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: policy.update}
  auto: {initiator_id|expand: '%Automation%'}
  undeclared: {initiator_id|expand: '%Undeclared%'}
  condition: selection and not 1 of auto*  and not undeclared
`;
const LISTS = `Automation:
  description: Service users.
  entries:
    - svc-1
    - {value: svc-2, owner: anna, expires: 2026-11-01, note: until the migration}
Domains: []
`;

describe('netbird-alerts lists', () => {
  let folder: string;
  let data: string;
  const toRemove: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    const written = await writtenFiles({ 'rules/change.yml': RULE, 'rules/lists.yaml': LISTS });
    const stored = await storedFolder({});
    folder = join(written.folder, 'rules');
    data = stored.folder;
    toRemove.push(written.remove, stored.remove);
  });
  afterEach(async () => {
    for (const remove of toRemove.splice(0)) await remove();
  });

  const lists = (verb: string, ...words: string[]) =>
    runCommand(['lists', verb, ...words, '--rules', folder, '--data', data]);
  const shown = async (...words: string[]) => parseLines((await lists('show', ...words, '--output', 'ndjson')).out);

  it('shows what lists.yaml says, with owner and expiry', async () => {
    expect(await shown()).toEqual([
      { list: 'Automation', value: 'svc-1', state: 'active', from: 'rules' },
      {
        ...{ list: 'Automation', value: 'svc-2', state: 'expired', from: 'rules', owner: 'anna' },
        ...{ expires: '2026-11-01T00:00:00Z', note: 'until the migration' },
      },
    ]);
    const { out } = await runCommand(['lists', 'show', 'Automation', '--rules', folder]);
    expect(out).toMatch(/^LIST .*\nAutomation +svc-1 +active +rules +never\n/);
  });

  it('adds entries with owner, expiry and note', async () => {
    const { code, out } = await lists(
      ...([
        'add',
        'Automation',
        'svc-3',
        'svc-4',
        '--owner',
        'ben',
        '--expires',
        '90d',
        '--note',
        'Terraform',
      ] as const),
    );
    expect([code, out]).toEqual([0, '2 entries added to Automation until 2027-02-22T12:00:00.000Z.\n']);
    expect((await shown('Automation')).slice(2)).toEqual(
      ['svc-3', 'svc-4'].map((value) => ({
        ...{ list: 'Automation', value, state: 'active', from: 'store', owner: 'ben' },
        ...{ expires: '2027-02-22T12:00:00.000Z', note: 'Terraform' },
      })),
    );
  });

  it('takes entries out, also those of lists.yaml, and brings them back', async () => {
    await lists('add', 'Automation', 'svc-3');
    const { code, out } = await lists('remove', 'Automation', 'SVC-1', 'svc-3');
    expect([code, out]).toEqual([0, '2 entries taken out of Automation.\n']);
    expect((await shown('Automation')).map(({ value, state }) => [value, state])).toEqual([
      ['svc-1', 'removed'],
      ['svc-2', 'expired'],
    ]);
    await lists('add', 'Automation', 'svc-1', '--owner', 'eva');
    expect((await shown('Automation')).map(({ value, state, from }) => [value, state, from])).toEqual([
      ['svc-2', 'expired', 'rules'],
      ['svc-1', 'active', 'store'],
    ]);
  });

  it('works while another process has the folder open', async () => {
    const store = await ownStore(data);
    expect((await lists('add', 'Domains', 'acme.example')).code).toBe(0);
    expect((await shown('Domains')).map(({ value }) => value)).toEqual(['acme.example']);
    await store.close();
  });

  it('takes lists that only a rule names', async () => {
    expect((await lists('add', 'Undeclared', 'x')).code).toBe(0);
    expect(await shown('Undeclared')).toHaveLength(1);
  });

  it.each([
    [['add', 'Automatoin', 'x'], 'Did you mean "Automation"?'],
    [['add', 'Automation'], 'Which list, and which entries?'],
    [['remove', 'Automation', 'svc-9'], 'svc-9 is not in the list Automation'],
    [['add', 'Automation', 'x', '--expires', '2026-11-23'], 'lies in the past'],
    [['add', 'Automation', 'x', '--expires', 'soon'], 'is no time'],
    [['show', 'Nowhere'], 'No rule names a list Nowhere'],
  ])('ends with 2 for %j', async ([verb = '', ...words], message) => {
    const { code, err } = await lists(verb, ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it.each([
    ['Automation: {entires: []}', 'Automation: Unrecognized key: "entires"'],
    ['Automation: [{value: x, expires: soon}]', 'Automation'],
    ['Automation: [', 'is not valid YAML'],
    ['"a b": []', 'a b'],
  ])('ends with 2 for a lists file that says %s', async (text, message) => {
    const { folder: other, remove } = await writtenFiles({ 'change.yml': RULE, 'lists.yaml': text });
    toRemove.push(remove);
    const { code, err } = await runCommand(['lists', 'show', '--rules', other]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toContain('lists.yaml');
  });
});
