import type { LocalSummary } from '../local/local-run.ts';
import type { LocalOutput } from './local-output.ts';
import { printableJson } from './output/printable.ts';
import type { Output } from './output/stream-output.ts';

/** One JSON object a line: deliveries, problems, and last a summary, also after a failure. */
export function createNdjsonReport(out: Output): LocalOutput {
  const line = (type: string, fields: object) => out.write(`${printableJson({ type, ...fields })}\n`);
  /** What is known when the run does not live to sum up. */
  const told = { audit: 0, traffic: 0, delivered: 0 };
  const silent = async () => undefined;
  return {
    begin: silent,
    serving: (url) => line('ready', { url }),
    chapter: silent,
    note: silent,
    async collected(stored, source) {
      told[source] += stored;
    },
    async delivery({ protocol, endpoint, subject, message, alert }) {
      await line('delivery', { protocol, endpoint, subject, message, alert });
      told.delivered++;
    },
    problem: ({ code, message }) => line('problem', { code, message }),
    summary: ({ collected, bytesRead, findings, alerts, delivered }: LocalSummary) =>
      line('summary', { collected, bytesRead, findings, alerts, delivered }),
    async failure(error) {
      const message = error ? `${error.message} ${error.hint}` : 'The run ended by an unexpected fault; see stderr.';
      await line('problem', { code: error ? 'bad_input' : 'internal', message });
      const collected = { audit: told.audit, traffic: told.traffic, quarantined: 0 };
      await line('summary', { collected, bytesRead: 0, findings: 0, alerts: 0, delivered: told.delivered });
    },
  };
}
