import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { main } from '../../lib/cli/main.ts';
import { auditEventSchema } from '../../lib/model/event.ts';
import { trafficEventSchema, trafficTime } from '../../lib/model/traffic.ts';
import { runCommand } from './run-command.ts';

/** Runs the command, and gives what it printed first to `use` before it is stopped. */
async function whileRunning(words: readonly string[], use: (printed: string) => Promise<void>): Promise<number> {
  const stop = new AbortController();
  let used: Promise<void> | undefined;
  const code = await main(['simulate', ...words], {
    out: {
      async write(text) {
        used ??= use(text).finally(() => stop.abort());
      },
    },
    err: { write: async (text) => Promise.reject(new Error(text)) },
    env: {},
    stop: stop.signal,
    packageFolder: join(import.meta.dirname, '../..'),
    clock: () => new Date(),
  });
  await used;
  return code;
}

describe('simulate', () => {
  it('serves an invented company to who follows what it prints, and ends on Ctrl-C with 0', async () => {
    const code = await whileRunning(['--port', '0', '--events', '500', '--seed', '4'], async (printed) => {
      const url = /--url (\S+) --token-file/.exec(printed)?.[1];
      const token = /echo (\S+) >/.exec(printed)?.[1];
      const response = await fetch(`${url}/api/events/audit`, { headers: { authorization: `Token ${token}` } });
      expect(response.status).toBe(200);
      const rows = ((await response.json()) as unknown[]).map((row) => auditEventSchema.parse(row));
      expect(rows.length).toBe(500);
      expect(Date.now() - Date.parse(rows[0]?.timestamp ?? '')).toBeLessThan(3_600_000 * 24 * 3);
    });
    expect(code).toBe(0);
  });

  it('serves what its machines send to each other only where it is asked to', async () => {
    const pages: { total_records: number; data: unknown[] }[] = [];
    for (const words of [['--traffic'], []]) {
      await whileRunning(['--events', '500', ...words], async (printed) => {
        const url = /--url (\S+) --token-file/.exec(printed)?.[1];
        const token = /echo (\S+) >/.exec(printed)?.[1];
        expect(printed.includes('/api/events/network-traffic')).toBe(words.length > 0);
        const headers = { authorization: `Token ${token}` };
        const response = await fetch(`${url}/api/events/network-traffic?page_size=50`, { headers });
        if (words.length === 0) expect(response.status).toBe(404);
        else pages.push((await response.json()) as { total_records: number; data: unknown[] });
      });
    }
    const [page] = pages;
    expect(page?.total_records).toBeGreaterThan(500);
    const rows = (page?.data ?? []).map((row) => trafficEventSchema.parse(row));
    const newest = Math.max(...rows.map((row) => Number(trafficTime(row)?.micros ?? 0) / 1000));
    expect(Date.now() - newest).toBeLessThan(2 * 3_600_000);
    expect(new Set(rows.map(({ direction }) => direction))).toEqual(new Set(['EGRESS', 'INGRESS']));
  });

  it('is the same company for the same seed', async () => {
    const printed: string[] = [];
    for (const seed of ['7', '7', '8']) {
      await whileRunning(['--events', '10', '--seed', seed], async (text) => {
        printed.push(/Its token: (\S+)/.exec(text)?.[1] ?? '');
      });
    }
    expect(printed[0]).toBe(printed[1]);
    expect(printed[0]).not.toBe(printed[2]);
  });

  it.each([
    [['--port', 'http'], '--port cannot be http.', '65535'],
    [['--port', '65536'], '--port cannot be 65536.', '65535'],
    [['--events', '-5'], '--events cannot be -5.', 'whole number'],
    [['--seed', '1.5'], '--seed cannot be 1.5.', 'whole number'],
    [['--prot', '1'], 'Unknown option --prot.', 'Did you mean --port?'],
  ])('ends %j with exit code 2 and says what to do', async (words, message, hint) => {
    const { code, err } = await runCommand(['simulate', ...words]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  it('says so where the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await runCommand(['simulate', '--port', String(port)]);
    other.close();
    expect(code).toBe(2);
    expect(err).toContain(`Port ${port} on 127.0.0.1 cannot be had (EADDRINUSE).\n  Choose another port.`);
  });

  it('stands in the overview', async () => {
    expect((await runCommand(['--help'])).out).toContain('simulate');
  });
});
