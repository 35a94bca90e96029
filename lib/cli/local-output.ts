import type { LocalReport, LocalSummary } from '../local/local-run.ts';
import type { Config } from '../model/config.ts';
import type { InputError } from '../model/errors.ts';

/** How a local run is shown, from its beginning to its end. */
export interface LocalOutput extends LocalReport {
  begin(what: string, config: Config): Promise<void>;
  /** The API is served here, as long as the run goes on. */
  serving(url: string): Promise<void>;
  summary(summary: LocalSummary): Promise<void>;
  /** It ended before its time. Without `error`, by a fault that nobody expected. */
  failure(error: InputError | undefined): Promise<void>;
}
