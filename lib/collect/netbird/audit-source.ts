import { endpointUrl } from './endpoint-url.ts';
import { ask, type NetbirdSettings, type Patience } from './http.ts';
import { type RawElement, splitArray } from './split-array.ts';

export type { NetbirdSettings } from './http.ts';

/** Where audit events come from. `open` asks once; it rejects with `SourceError` when there is no answer to read. */
export interface AuditSource {
  open(signal: AbortSignal, patience?: Patience): Promise<AuditAnswer>;
}

/** An answer whose body is still on its way. */
export interface AuditAnswer {
  /** The answer's own `Date`, to the second. */
  readonly date: Date | undefined;
  readonly requestId: string | undefined;
  /**
   * In the order served, newest first, by the part of the body that completes them. Throws `SourceError` after the last
   * when the body is cut, no list, or too large.
   */
  readonly elements: AsyncIterable<readonly RawElement[]>;
  /** Bytes of body taken so far, unpacked. */
  bytesRead(): number;
  /** Ends the answer: what was not read is not fetched. May be called at any time. */
  cancel(): Promise<void>;
}

/** NetBird's `GET /api/events/audit`. Throws InputError for a URL that cannot be used. */
export function netbirdAuditSource(settings: NetbirdSettings): AuditSource {
  const url = endpointUrl(settings.url, settings.allowHttp ?? false, 'audit');
  return {
    async open(signal, patience) {
      const answer = await ask(settings, url, signal, patience);
      const { date, requestId, bytesRead, cancel } = answer;
      return { date, requestId, bytesRead, cancel, elements: answer.elements(splitArray) };
    },
  };
}
