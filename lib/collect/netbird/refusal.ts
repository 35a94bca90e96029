import { SourceError, type SourceErrorCode } from './source-error.ts';

/** The parts of an answer that tell what kind of refusal it is. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  /** The beginning of the body. Never shown: NetBird writes a token's hash into it. */
  readonly text: string;
  readonly requestId: string | undefined;
}

/** Tells apart everything that is not `200 OK`. */
export function refusalError(refusal: Refusal): SourceError {
  const { status, requestId } = refusal;
  return new SourceError(codeOf(refusal), `status ${status}`, { requestId });
}

function codeOf({ status, contentType, text }: Refusal): SourceErrorCode {
  if (status === 401) return /no valid authentication/i.test(text) ? 'token_missing' : 'token_expired';
  if (status === 402) return 'plan_required';
  if (status === 403) return /blocked|pending/i.test(text) ? 'user_blocked' : 'role_denied';
  if (status === 404) return codeOf404(contentType, text);
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'bad_answer';
}

/** A deleted or unknown token is answered with 404, too: as JSON, where a missing route is plain text. */
function codeOf404(contentType: string, text: string): SourceErrorCode {
  if (!/\bjson\b/i.test(contentType)) return 'endpoint_absent';
  return /invalid token|\bpat\b/i.test(text) ? 'token_revoked' : 'bad_answer';
}
