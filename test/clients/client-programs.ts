/** The clients that NetBird documents its API with, as programs: how each is made ready and run, and what it needs. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where `.ci/client-tools` puts what no package of the system brings. */
const TOOLS = process.env['CLIENT_TOOLS'] ?? join(homedir(), '.cache/netbird-alerts-ci');
const JARS = join(TOOLS, 'okhttp', '*');
const OWN_PYTHON = join(TOOLS, 'python/bin/python');
const PYTHON = existsSync(OWN_PYTHON) ? OWN_PYTHON : 'python3';

/** A command and its environment beside the caller's. */
export interface Launch {
  readonly words: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ClientProgram {
  readonly name: string;
  /** What the machine lacks for it. Undefined: nothing. */
  readonly missing: string | undefined;
  /** It goes where a redirect points, without being told to. */
  readonly followsRedirects: boolean;
  /** Makes it ready in `folder`, which is empty. */
  prepare(folder: string): Promise<Launch>;
  /** The same, told to trust a certificate (a PEM file): by its environment, never by skipping the check. */
  trusting(launch: Launch, certFile: string, folder: string): Promise<Launch>;
}

const fileOf = (path: string) => join(import.meta.dirname, path);

export const CLIENT_PROGRAMS: readonly ClientProgram[] = [
  {
    name: 'cURL',
    followsRedirects: true,
    missing: needs(['curl', '--version']),
    prepare: async () => ({ words: ['sh', fileOf('curl/client.sh')] }),
    trusting: async (launch, certFile) => ({ ...launch, env: { CURL_CA_BUNDLE: certFile } }),
  },
  {
    name: 'JavaScript (axios)',
    followsRedirects: true,
    missing: undefined,
    prepare: async () => ({ words: [process.execPath, fileOf('javascript/client.mjs')] }),
    trusting: async (launch, certFile) => ({ ...launch, env: { NODE_EXTRA_CA_CERTS: certFile } }),
  },
  {
    name: 'Python (requests)',
    followsRedirects: true,
    missing: needs([PYTHON, '-c', 'import requests'], 'python3 with requests'),
    prepare: async () => ({ words: [PYTHON, fileOf('python/client.py')] }),
    trusting: async (launch, certFile) => ({ ...launch, env: { REQUESTS_CA_BUNDLE: certFile } }),
  },
  {
    name: 'Go (net/http)',
    followsRedirects: true,
    missing: needs(['go', 'version']),
    async prepare(folder) {
      const program = join(folder, 'client');
      await run('go', ['build', '-o', program, fileOf('go/client.go')], {
        env: { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' },
      });
      return { words: [program] };
    },
    trusting: async (launch, certFile) => ({ ...launch, env: { SSL_CERT_FILE: certFile } }),
  },
  {
    name: 'Ruby (Net::HTTP)',
    followsRedirects: false,
    missing: needs(['ruby', '--version']),
    prepare: async () => ({ words: ['ruby', fileOf('ruby/client.rb')] }),
    trusting: async (launch, certFile) => ({ ...launch, env: { SSL_CERT_FILE: certFile } }),
  },
  {
    name: 'Java (OkHttp)',
    followsRedirects: true,
    missing: needs(['javac', '-version'], 'javac') ?? (existsSync(join(TOOLS, 'okhttp')) ? undefined : 'OkHttp'),
    async prepare(folder) {
      const classes = join(folder, 'classes');
      await mkdir(classes);
      await run('javac', ['-encoding', 'UTF-8', '-cp', JARS, '-d', classes, fileOf('java/Client.java')]);
      // The small compiler and heap start a program of half a second sooner.
      return { words: ['java', '-XX:TieredStopAtLevel=1', '-cp', `${classes}:${JARS}`, 'Client'] };
    },
    async trusting({ words: [java, ...others] }, certFile, folder) {
      const store = join(folder, 'trusted.p12');
      const password = 'changeit';
      const options = ['-importcert', '-noprompt', '-alias', 'api', '-file', certFile, '-keystore', store];
      await run('keytool', [...options, '-storetype', 'PKCS12', '-storepass', password]);
      const trust = [`-Djavax.net.ssl.trustStore=${store}`, `-Djavax.net.ssl.trustStorePassword=${password}`];
      return { words: [java, ...trust, ...others] };
    },
  },
  {
    name: 'PHP (curl extension)',
    followsRedirects: true,
    missing: needs(['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'], 'php with its curl extension'),
    prepare: async () => ({ words: ['php', fileOf('php/client.php')] }),
    trusting: async ({ words: [php, ...others] }, certFile) => ({
      words: [php, '-d', `curl.cainfo=${certFile}`, ...others],
    }),
  },
];

/** What is missing where `probe` cannot be run or fails. */
function needs([command, ...words]: readonly [string, ...string[]], name = command): string | undefined {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return undefined;
  } catch {
    return name;
  }
}
