import type { Severity } from './severity.ts';

export const PROTOCOLS = ['email', 'sms', 'https', 'json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One publication: a text per protocol, as SNS takes it. */
export interface Notice {
  /** 1 to 100 printable ASCII characters. */
  readonly subject: string;
  readonly email: string;
  /** At most 160 GSM-7 characters. */
  readonly sms: string;
  /** Versioned JSON for machines. */
  readonly json: string;
  /** Message attributes for filter policies. */
  readonly attributes: {
    readonly severity: Severity;
    readonly rule: string;
    readonly tenant: string;
    readonly source: string;
    readonly status: string;
  };
}
