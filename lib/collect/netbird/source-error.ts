import type { ProblemCode } from '../../model/problem.ts';

/** What each failure of a source means, whether it may pass by itself, and what to do next. */
const KINDS = {
  token_missing: {
    retryable: false,
    title: 'no access token',
    next: 'Put a NetBird personal access token into the secret, file or variable that the configuration names.',
  },
  token_expired: {
    retryable: false,
    title: 'the access token is expired or is not one of NetBird',
    next: 'Create a new token for a service user with the role "auditor" in NetBird and put it in the old one’s place.',
  },
  token_revoked: {
    retryable: false,
    title: 'the access token was deleted in NetBird or is unknown to this server',
    next: 'Find out who deleted it, create a new token for a service user with the role "auditor", and put it in the old one’s place.',
  },
  role_denied: {
    retryable: false,
    title: 'the token’s user may not read NetBird’s events',
    next: 'Give that user the role "auditor" (or admin), or use the token of a service user that has it.',
  },
  plan_required: {
    retryable: false,
    title: 'the NetBird plan of this account does not include this',
    next: 'Take the plan that has it, or switch it off in the configuration.',
  },
  user_blocked: {
    retryable: false,
    title: 'the token’s user is blocked or not yet approved',
    next: 'Unblock or approve that user in NetBird, or use the token of another one.',
  },
  endpoint_absent: {
    retryable: false,
    title: 'this server has no such endpoint',
    next: 'Check the NetBird URL: it is the management server’s, for NetBird Cloud https://api.netbird.io.',
  },
  rate_limited: {
    retryable: true,
    title: 'too many requests with this token',
    next: 'Nothing, if it passes; else poll less often, or use a token that nothing else uses.',
  },
  server_error: {
    retryable: true,
    title: 'the NetBird server failed',
    next: 'Nothing, if it passes; else look into the management server’s log for the request id.',
  },
  bad_answer: {
    retryable: false,
    title: 'the NetBird server refused the request',
    next: 'Check the NetBird URL and the server’s version; the management server’s log tells more by the request id.',
  },
  not_json: {
    retryable: true,
    title: 'the answer is not NetBird’s JSON list of events',
    next: 'Check that the URL leads to the management server and not to a dashboard, sign-in page or proxy.',
  },
  body_cut: {
    retryable: true,
    title: 'the answer ended before it was whole',
    next: 'Nothing, if it passes; else look for a proxy or a time-out between here and the NetBird server.',
  },
  body_too_large: {
    retryable: false,
    title: 'the answer is larger than is taken',
    next: 'Check that the URL leads to a NetBird management server: 10,000 events are about 4 MB.',
  },
  redirect_refused: {
    retryable: false,
    title: 'the server sends requests elsewhere, where the token must not go',
    next: 'Configure the URL of the NetBird server itself, not of one that redirects to it.',
  },
  unreachable: {
    retryable: true,
    title: 'the NetBird server cannot be reached',
    next: 'Check the URL, name resolution, certificate and firewall; the server may be down.',
  },
} as const satisfies Partial<Record<ProblemCode, { retryable: boolean; title: string; next: string }>>;

/** The problems that keep a source from being read. */
export type SourceErrorCode = keyof typeof KINDS;

interface SourceErrorMore {
  readonly requestId?: string | undefined;
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/** A source could not be read. The message says what happened and what to do next, never a token or its hash. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  /** It may pass by itself. */
  readonly retryable: boolean;
  /** What happened, in a few words. */
  readonly title: string;
  /** NetBird's `X-Request-Id`, where there was an answer. */
  readonly requestId: string | undefined;

  /** `detail` is shown as it is: it must hold nothing that the server said about a token. `next`: what to do instead. */
  constructor(code: SourceErrorCode, detail = '', more: SourceErrorMore = {}) {
    const { title, retryable } = KINDS[code];
    const next = more.next ?? KINDS[code].next;
    const request = more.requestId === undefined ? '' : ` (request ${more.requestId})`;
    super(
      `NetBird: ${title}${detail === '' ? '' : `: ${detail}`}${request}. ${next}`,
      more.cause === undefined ? undefined : { cause: more.cause },
    );
    this.code = code;
    this.retryable = retryable;
    this.title = title;
    this.requestId = more.requestId;
  }
}
