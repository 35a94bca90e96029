/** JSON text with its newline, whole or in pieces, and what stands in the headers about it. */
export interface Body {
  readonly body: AsyncIterable<string> | string;
  readonly headers?: Readonly<Record<string, string>>;
}
