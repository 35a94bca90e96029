import { setTimeout as sleep } from 'node:timers/promises';
import { createCompanyHistory } from '../local/simulator/company-history.ts';
import { createRandom } from '../local/simulator/random.ts';
import { createNetBirdSimulator } from '../local/simulator/simulator.ts';
import { createCompanyTraffic } from '../local/simulator/traffic/company-traffic.ts';
import { type Command, type Host, OK } from './command.ts';
import { HIGHEST_PORT, wholeNumber } from './number-option.ts';

const MOST_EVENTS = 200_000;
const HOUR_MS = 3_600_000;
const RETENTION_MS = 48 * HOUR_MS;
const AHEAD_MS = HOUR_MS;
/** Between two things that happen while it runs. */
const PAUSE_SECONDS = { from: 3, to: 20 };

export const simulate: Command = {
  usage: '--port P [--seed N] [--events N] [--traffic]',
  description: `Serves the audit log of an invented company as NetBird does, on this machine only, and with --traffic what
its machines send to each other. Something new happens every few seconds. Ends with Ctrl-C.`,
  options: {
    port: { value: 'P', help: 'the TCP port; a free one by default' },
    seed: { value: 'N', help: 'another number invents another company (default 1)' },
    events: { value: 'N', help: 'how many events there are at first (default 1000; 10000 are about a month)' },
    traffic: {
      help: 'network traffic of the last 48 hours and from now on; without it there is none, as with open source',
    },
  },
  async run(args, host) {
    const seed = wholeNumber(args, 'seed', 1, 2 ** 31);
    const company = createCompanyHistory(seed);
    const events = company.history(wholeNumber(args, 'events', 1000, MOST_EVENTS), host.clock());
    const withTraffic = args.on('traffic');
    const simulator = createNetBirdSimulator({
      seed,
      clock: host.clock,
      events,
      ...(withTraffic ? { traffic: {} } : {}),
    });
    const traffic = createCompanyTraffic(company.company, host.clock().getTime() - RETENTION_MS, seed);
    // Rows are made an hour ahead, and each is shown when its time has come.
    const goOn = (): void => simulator.traffic?.append(traffic.upTo(host.clock().getTime() + AHEAD_MS));
    goOn();
    const { url, close } = await simulator.listen(wholeNumber(args, 'port', 0, HIGHEST_PORT));
    try {
      await host.out.write(welcome(url, simulator.token, simulator.log.size, withTraffic));
      const random = createRandom(seed);
      while (await paused(random.int(PAUSE_SECONDS.from, PAUSE_SECONDS.to) * 1000, host)) {
        goOn();
        for (const act of company.next(host.clock())) {
          simulator.log.append(act);
          await host.out.write(`${host.clock().toISOString()}  ${act.activity_code}  ${act.initiator_name ?? ''}\n`);
        }
      }
    } finally {
      await close();
    }
    return OK;
  },
};

/** The token is invented like the rest: it opens nothing but this simulator. */
function welcome(url: string, token: string, events: number, withTraffic: boolean): string {
  const traffic = withTraffic ? `\nIts network traffic: ${url}/api/events/network-traffic` : '';
  return `A NetBird server that exists only here: ${url}/api/events/audit (${events} events)${traffic}
Its token: ${token}

Try in another terminal:
  echo ${token} > simulator.token
  npx netbird-alerts local --url ${url} --token-file simulator.token

Ctrl-C ends it.
`;
}

/** False: it is time to end. */
async function paused(ms: number, host: Host): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: host.stop });
    return true;
  } catch {
    return false;
  }
}
