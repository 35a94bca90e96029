import { decide } from '../../lib/dispatch/decide.ts';
import { finding } from './findings.ts';

it.each([
  ['experimental', false, false],
  ['experimental', false, true],
  ['suppressed', true, true],
  ['opened', true, false],
] as const)('is %s for notify %s and told %s', (reason, notify, told) => {
  expect(decide(finding(0, 1, { notify }), { told })).toBe(reason);
});
