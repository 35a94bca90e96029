import type { Problem, ProblemCode } from '../model/problem.ts';

/** What keeps one feed of a server from being read keeps the others, too: one alert tells it. */
const OF_THE_SERVER: readonly ProblemCode[] = [
  'token_missing',
  'token_expired',
  'token_revoked',
  'user_blocked',
  'rate_limited',
  'redirect_refused',
  'unreachable',
];

/** Whether a poll of one feed failed in a way that makes asking for another useless. */
export function isOfTheServer({ problems }: { readonly problems: readonly Problem[] }): boolean {
  return problems.some(({ code }) => OF_THE_SERVER.includes(code));
}
