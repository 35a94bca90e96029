/** The name of a field that is complained about may itself be what is wrong. */
const MAX_REASON = 300;

interface Complaints {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** The first complaint about `what`: field, and what is wrong with it. */
export function complaintOf(error: Complaints | undefined, what: string): string {
  const issue = error?.issues[0];
  const field = issue?.path.join('.') ?? '';
  const reason = `${field === '' ? what : field}: ${issue?.message ?? 'is not understood'}`;
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
}
