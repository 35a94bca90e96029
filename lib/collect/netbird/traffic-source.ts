import { endpointUrl } from './endpoint-url.ts';
import { ask, type NetbirdSettings, type Patience } from './http.ts';
import type { RawElement } from './split-array.ts';
import { type PageFields, splitPage } from './split-page.ts';

/** Everything that `GET /api/events/network-traffic` can be asked, by the API's own names. */
export interface TrafficQuery {
  /** From 1. */
  readonly page?: number;
  /** 1 to 50,000; NetBird's default is 1,000. */
  readonly page_size?: number;
  readonly user_id?: string;
  readonly reporter_id?: string;
  /** Since v0.75. */
  readonly source_id?: string;
  readonly destination_id?: string;
  /** IANA number. */
  readonly protocol?: number;
  readonly type?: 'TYPE_UNKNOWN' | 'TYPE_START' | 'TYPE_END' | 'TYPE_DROP';
  readonly connection_type?: 'P2P' | 'ROUTED';
  readonly direction?: 'INGRESS' | 'EGRESS' | 'DIRECTION_UNKNOWN';
  /** Part of a user's email, or of a name or address of an end. */
  readonly search?: string;
  /** RFC 3339. Which of a row's times they mean is not documented. */
  readonly start_date?: string;
  readonly end_date?: string;
  /** Of an MSP: the account of a customer. */
  readonly account?: string;
}

/** Where traffic rows come from. `open` asks for one page; it rejects with `SourceError` when there is no answer to read. */
export interface TrafficSource {
  open(query: TrafficQuery, signal: AbortSignal, patience?: Patience): Promise<TrafficAnswer>;
}

/** A page whose body is still on its way. */
export interface TrafficAnswer {
  /** The answer's own `Date`, to the second. */
  readonly date: Date | undefined;
  readonly requestId: string | undefined;
  /**
   * The rows in the order served, by the part of the body that completes them. Throws `SourceError` after the last when
   * the body is cut, no page, or too large.
   */
  readonly elements: AsyncIterable<readonly RawElement[]>;
  /** What the page says of itself; undefined until the last row was taken. */
  fields(): PageFields | undefined;
  /** Bytes of body taken so far, unpacked. */
  bytesRead(): number;
  /** Ends the answer: what was not read is not fetched. May be called at any time. */
  cancel(): Promise<void>;
}

/** A page of the largest size has about 60 MB. */
const MAX_BYTES = 128 * 1024 * 1024;

/** NetBird's `GET /api/events/network-traffic`. Throws InputError for a URL that cannot be used. */
export function netbirdTrafficSource(settings: NetbirdSettings): TrafficSource {
  const endpoint = endpointUrl(settings.url, settings.allowHttp ?? false, 'network-traffic');
  return {
    async open(query, signal, patience) {
      const url = trafficUrl(endpoint, query);
      const answer = await ask({ maxBytes: MAX_BYTES, ...settings }, url, signal, patience);
      let fields: PageFields | undefined;
      const { date, requestId, bytesRead, cancel } = answer;
      const elements = answer.elements((bytes) =>
        splitPage(bytes, (said) => {
          fields = said;
        }),
      );
      return { date, requestId, bytesRead, cancel, elements, fields: () => fields };
    },
  };
}

function trafficUrl(endpoint: URL, query: TrafficQuery): URL {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
