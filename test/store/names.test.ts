import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { AuditEvent } from '../../lib/model/event.ts';
import { namesIn } from '../../lib/model/names.ts';
import { MemoryStateStore } from '../../lib/store/memory/state-store.ts';
import { type NameCache, recallNames, rememberNames } from '../../lib/store/names.ts';
import type { StateItem } from '../../lib/store/ports.ts';

const TENANT = 'harbor';

function event(code: string, more: Partial<AuditEvent> = {}, id = '1'): AuditEvent {
  return {
    id,
    timestamp: `2026-11-23T15:51:${id.padStart(2, '0')}Z`,
    activity: '',
    activity_code: code,
    initiator_id: '',
    initiator_name: '',
    initiator_email: '',
    target_id: '',
    meta: {},
    ...more,
  };
}

function polls(): AuditEvent[][] {
  const lines = readFileSync('test/fixtures/recordings/attack.ndjson', 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(JSON.parse(line).body) as AuditEvent[]).reverse());
}

const nameOf = (from: AuditEvent, id: string) => namesIn(from).get(id);

describe('namesIn', () => {
  it.each<[string, Partial<AuditEvent>, string, unknown]>([
    ['service.user.create', { target_id: 's', meta: { name: 'bot' } }, 's', { name: 'bot', kind: 'service_user' }],
    [
      'personal.access.token.create',
      { target_id: 's', meta: { name: 'x', user_name: 'bot', is_service_user: 'true' } },
      's',
      { name: 'bot', kind: 'service_user' },
    ],
    [
      'personal.access.token.create',
      { target_id: 'u', meta: { name: 'x', user_name: '', is_service_user: 'false', username: 'Tom', email: 't@x' } },
      'u',
      { name: 'Tom', email: 't@x', kind: 'user' },
    ],
    ['personal.access.token.create', { target_id: 'u', meta: { name: 'x', user_name: '' } }, 'u', undefined],
    ['policy.add', { target_id: 'p', meta: { name: 'all' } }, 'p', { name: 'all', kind: 'policy' }],
    ['policy.delete', { target_id: 'peer', meta: { name: 'all' } }, 'peer', undefined],
    ['peer.ssh.enable', { target_id: '100.64.0.1', meta: { name: 'gw' } }, '100.64.0.1', undefined],
    ['group.update', { target_id: 'g', meta: { old_name: 'a', new_name: 'b' } }, 'g', { name: 'b', kind: 'group' }],
    [
      'peer.setupkey.add',
      { initiator_id: 'k', target_id: 'p', meta: { name: 'gw', setup_key_name: 'servers' } },
      'k',
      { name: 'servers', kind: 'setup_key' },
    ],
    [
      'setupkey.group.add',
      { target_id: 'k', meta: { setupkey: 's', group: 'g', group_id: '7' } },
      '7',
      {
        name: 'g',
        kind: 'group',
      },
    ],
    [
      'network.router.delete',
      { target_id: 'r', meta: { network_id: 'n', network_name: 'HQ' } },
      'n',
      {
        name: 'HQ',
        kind: 'network',
      },
    ],
    ['network.router.delete', { target_id: 'r', meta: { network_id: 'n', network_name: 'HQ' } }, 'r', undefined],
    [
      'user.invite.link.create',
      { target_id: 'i', meta: { email: 'a@b' } },
      'i',
      {
        name: 'a@b',
        email: 'a@b',
        kind: 'other',
      },
    ],
    ['anything.new', { target_id: 't', meta: { name: 'who knows' } }, 't', undefined],
    ['x', { initiator_id: 'sys', initiator_name: 'System' }, 'sys', undefined],
    ['x', { initiator_id: 'u', initiator_name: 'unknown', initiator_email: 'unknown@unknown.com' }, 'u', undefined],
  ])('reads %s', (code, more, id, expected) => {
    expect(nameOf(event(code, more), id)).toEqual(expected);
  });
});

describe('rememberNames', () => {
  it('names everything that the attacker’s service user did, after NetBird has forgotten it', async () => {
    const state = new MemoryStateStore();
    let seen = 0;
    for (const events of polls()) {
      await rememberNames(state, TENANT, events.slice(seen));
      seen = events.length;
    }
    const backupAgent = '27fcdc29-34f5-469e-963a-aef8f02f21ac';
    const nameless = (polls()[6] ?? []).filter(({ initiator_id }) => initiator_id === backupAgent);
    expect(nameless).toHaveLength(32);
    expect(nameless.every(({ initiator_name }) => initiator_name === '')).toBe(true);
    const names = await recallNames(state, TENANT, [backupAgent]);
    expect(names.get(backupAgent)).toMatchObject({ name: 'backup-agent', kind: 'service_user' });
  });

  it('finds that name in the history alone, and names every other actor and target of it, too', async () => {
    const state = new MemoryStateStore();
    const last = polls()[7] ?? [];
    await rememberNames(state, TENANT, last);
    const ids = new Set(last.flatMap(({ initiator_id, target_id }) => [initiator_id, target_id]));
    const names = await recallNames(state, TENANT, ids);
    expect(names.get('27fcdc29-34f5-469e-963a-aef8f02f21ac')?.name).toBe('backup-agent');
    const nameless = last.filter(({ initiator_id }) => !names.has(initiator_id));
    expect(nameless).toEqual([]);
    const unnamed = new Set(last.filter(({ target_id }) => !names.has(target_id)).map((each) => each.activity_code));
    expect([...unnamed].sort()).toEqual([
      'account.create',
      'account.network.range.update',
      'account.setting.peer.login.expiration.disable',
      'network.router.create',
      'network.router.delete',
      'peer.ssh.enable',
    ]);
  });

  it('never loses a name to an empty one, and keeps the e-mail', async () => {
    const state = new MemoryStateStore();
    const named = { initiator_id: 'u', initiator_name: 'Tom', initiator_email: 'tom@x' };
    await rememberNames(state, TENANT, [event('x', named, '1'), event('x', { ...named, initiator_name: '' }, '2')]);
    await rememberNames(state, TENANT, [event('x', { initiator_id: 'u' }, '3')]);
    await rememberNames(state, TENANT, [event('x', { initiator_id: 'u', initiator_name: 'Tom R.' }, '4')]);
    expect((await recallNames(state, TENANT, ['u'])).get('u')).toMatchObject({ name: 'Tom R.', email: 'tom@x' });
  });

  it('ends with the newest name, in whatever order and batches events come', async () => {
    const renames = Array.from({ length: 6 }, (_, index) =>
      event('peer.rename', { target_id: 'p', meta: { name: `name ${index}` } }, String(index + 1)),
    );
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(renames, { minLength: 6 }), fc.nat(6), async (order, cut) => {
        const state = new MemoryStateStore();
        const cache: NameCache = new Map();
        await rememberNames(state, TENANT, order.slice(0, cut), cache);
        await rememberNames(state, TENANT, order.slice(cut), cache);
        expect((await recallNames(state, TENANT, ['p'])).get('p')?.name).toBe('name 5');
      }),
    );
  });

  it('writes a name that stays only once, and tries again when another writes it', async () => {
    const written: string[] = [];
    let inTheWay = 2;
    class Busy extends MemoryStateStore {
      override async put(item: StateItem): Promise<'written' | 'conflict'> {
        if (inTheWay > 0) {
          inTheWay -= 1;
          return 'conflict';
        }
        written.push(item.key);
        return super.put(item);
      }
    }
    const state = new Busy();
    const join = event('peer.user.add', { target_id: 'p', meta: { name: 'gw' } });
    await rememberNames(state, TENANT, [join]);
    await rememberNames(state, TENANT, [{ ...join, timestamp: '2026-11-24T00:00:00Z' }]);
    expect(written).toEqual(['name#harbor#p']);
  });

  it('gives up, to be tried again, when others never let it', async () => {
    class Jammed extends MemoryStateStore {
      override async put(): Promise<'written' | 'conflict'> {
        return 'conflict';
      }
    }
    const join = event('peer.user.add', { target_id: 'p', meta: { name: 'gw' } });
    await expect(rememberNames(new Jammed(), TENANT, [join])).rejects.toMatchObject({ retryable: true });
  });
});
