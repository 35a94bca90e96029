import { countsOf, hasTokenProblem } from '../../functions/collect/counts.ts';
import type { CollectReport } from '../../lib/collect/collect-audit.ts';

const report: CollectReport = {
  stored: 3,
  storedWithoutAlert: [],
  quarantined: 1,
  bytesRead: 100,
  problems: [],
  caughtUp: true,
  sourceReached: true,
};

describe('what a poll tells CloudWatch', () => {
  it('is success where the source was read', () => {
    expect(countsOf(report)).toEqual({
      PollSucceeded: 1,
      SourceFailed: 0,
      TokenRejected: 0,
      EventsStored: 3,
      EventsQuarantined: 1,
    });
  });

  it('is nothing where another run had the work: neither success nor failure', () => {
    expect(countsOf({ ...report, busy: true })).toEqual({});
  });

  it.each([
    ['token_revoked', true],
    ['role_denied', true],
    ['unreachable', false],
  ] as const)('tells a refused token from other failures: %s', (code, isToken) => {
    const failed = { ...report, sourceReached: false, problems: [{ code, message: '' }] };
    expect(hasTokenProblem(failed)).toBe(isToken);
    expect(countsOf(failed)).toMatchObject({ PollSucceeded: 0, SourceFailed: 1, TokenRejected: isToken ? 1 : 0 });
  });
});
