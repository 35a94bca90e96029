/** Everything that can go wrong with a source, each with its own code; scripts and alarms rely on them. */
export const PROBLEM_CODES = [
  'token_missing', // no token configured, or NetBird saw none: 401 "no valid authentication provided"
  'token_expired', // 401 "token invalid": expired, or not a token of NetBird
  'token_revoked', // 404 JSON "pat: … not found": deleted or unknown
  'role_denied', // 403 "permission denied"
  'user_blocked', // 403 "user is blocked"
  'endpoint_absent', // 404 text/plain: no such route
  'rate_limited', // 429
  'server_error', // 5xx
  'bad_answer', // any other status
  'not_json', // 200, but not the API's JSON array
  'body_cut', // the connection ended inside the body
  'body_too_large',
  'redirect_refused',
  'unreachable', // DNS, TCP, TLS, time-out
  'gap', // events passed unseen
  'log_restarted', // ids start again: the server lost its log
  'quarantined', // events that could not be understood are kept raw
  'clock_skew', // the newest event lies after the answer's own Date
  'plan_required', // 402: the plan does not include this
  'traffic_unavailable', // this server, plan or user has no traffic events: no error
  'traffic_capped', // more traffic in a second than the API shows
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** What happened and what to do next; never a token or its hash. */
  readonly message: string;
}
