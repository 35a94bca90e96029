import { type Names, summaryOf } from '../../lib/detect/summary.ts';
import { auditEvent, changeOf } from '../pipeline/changes.ts';

const NAMES: Names = new Map([
  ['u9', { name: 'Remembered', email: 'r@example.com' }],
  ['g9', { name: 'Developers' }],
]);

const summary = (over: Parameters<typeof auditEvent>[1]) => summaryOf(changeOf(auditEvent(0, over)), NAMES);

it.each([
  ['its own name', { initiator_name: 'Ann', initiator_id: 'u9' }, 'Ann'],
  ['the remembered name', { initiator_name: '', initiator_id: 'u9', initiator_email: 'x@example.com' }, 'Remembered'],
  ['the address', { initiator_name: '', initiator_id: 'u1', initiator_email: 'x@example.com' }, 'x@example.com'],
  ['the id', { initiator_name: '', initiator_id: 'u1', initiator_email: '' }, 'u1'],
])('names the actor by %s', (_, over, actor) => {
  expect(summary(over).actor).toBe(actor);
});

it.each([
  ['route.delete', { name: 'office', network_range: '10.0.0.0/8' }, 'r1', 'office (10.0.0.0/8)'],
  ['route.delete', { name: 'web', network_range: 'invalid Prefix', domains: '[a.com]' }, 'r1', 'web ([a.com])'],
  ['group.update', { old_name: 'dev', new_name: 'devs' }, 'g9', 'devs'],
  ['user.group.add', { group: 'Admins', user_name: 'Bob' }, 'u2', 'Bob'],
  ['personal.access.token.create', { name: 'ci', user_name: 'Bob' }, 'u2', 'ci (Bob)'],
  ['user.role.update', { role: 'owner', username: 'Bob', email: 'b@example.com' }, 'u2', 'Bob'],
  ['group.delete', {}, 'g9', 'Developers'],
  ['user.invite', { email: 'new@example.com' }, 'u3', 'new@example.com'],
  ['account.create', {}, 'a1', 'a1'],
])('names the target of %s with meta %j', (activity_code, meta, target_id, target) => {
  expect(summary({ activity_code, meta: meta as Record<string, string>, target_id }).target).toBe(target);
});

it('refers to the stored row', () => {
  expect(summary({}).ref).toBe('acme#audit#2026-11-23|2026-11-23T10:00:00.000000Z#1000');
});
