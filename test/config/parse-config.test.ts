import { parseConfig } from '../../lib/config/parse-config.ts';
import { DEFAULT_SUBSCRIBERS, defaultConfig } from '../../lib/model/config.ts';

const parse = (text: string, host?: 'aws') => parseConfig(text, 'netbird-alerts.yaml', host);

/** `line:column field message hint` of each problem. */
function complaints(text: string, host?: 'aws'): string[] {
  const { config, problems } = parse(text, host);
  expect(config).toBeUndefined();
  return problems.map(({ line, column, message, hint }) => `${line}:${column} ${message}${hint ? ` | ${hint}` : ''}`);
}

describe('a configuration', () => {
  it('is the default where the file is empty', () => {
    expect(parse('# nothing\n')).toEqual({ config: defaultConfig(), problems: [] });
    expect(defaultConfig()).toMatchObject({ url: 'https://api.netbird.io', everyMs: 60_000, groupWaitMs: 20_000 });
  });

  it('is read whole', () => {
    const text = `
url: https://netbird.acme.example
tenant: acme
tokenSecretName: netbird/token
every: 5m
alertHistory: 2h
overlap: 30m
keep: 400d
timeZone: Europe/Berlin
groupWait: 30s
allowHttp: true
api: true
traffic: { every: 10m, store: rollup, shards: 4 }
rules: rules
subscribers:
  - { protocol: email, endpoint: security@acme.example, minSeverity: low }
  - protocol: sms
    endpoint: +4915112345678
  - protocol: https
    endpoint: https://hooks.acme.example/netbird?x=1
    severities: [critical, high]
  - protocol: json
    endpoint: arn:aws:sqs:eu-central-1:123456789012:alerts
`;
    expect(parse(text, 'aws').config).toEqual({
      url: 'https://netbird.acme.example',
      tenant: 'acme',
      tokenSecretName: 'netbird/token',
      everyMs: 300_000,
      alertHistoryMs: 7_200_000,
      overlapMs: 1_800_000,
      keepMs: 34_560_000_000,
      timeZone: 'Europe/Berlin',
      groupWaitMs: 30_000,
      allowHttp: true,
      api: true,
      traffic: { everyMs: 600_000, store: 'rollup', shards: 4 },
      rules: 'rules',
      subscribers: [
        { protocol: 'email', endpoint: 'security@acme.example', severities: ['low', 'medium', 'high', 'critical'] },
        { protocol: 'sms', endpoint: '+4915112345678', severities: ['high', 'critical'] },
        { protocol: 'https', endpoint: 'https://hooks.acme.example/netbird?x=1', severities: ['high', 'critical'] },
        {
          protocol: 'json',
          endpoint: 'arn:aws:sqs:eu-central-1:123456789012:alerts',
          severities: ['informational', 'low', 'medium', 'high', 'critical'],
        },
      ],
    });
  });

  it.each([
    ['', { everyMs: 300_000, store: 'full', shards: 1 }],
    ['traffic: true', { everyMs: 300_000, store: 'full', shards: 1 }],
    ['traffic: {}', { everyMs: 300_000, store: 'full', shards: 1 }],
    ['traffic: { every: 1m }', { everyMs: 60_000, store: 'full', shards: 1 }],
    ['traffic: false', false],
  ])('with %p collects traffic accordingly', (text, wanted) => {
    expect(parse(text).config?.traffic).toEqual(wanted);
  });

  it('has one e-mail and one SMS subscriber where it names none', () => {
    expect(parse('tenant: acme').config?.subscribers).toBe(DEFAULT_SUBSCRIBERS);
  });
});

describe('what cannot be used is told with its place and what to do', () => {
  it('names the nearest key for an unknown one', () => {
    expect(
      complaints(
        'tennant: acme\nsubscribers:\n  - protocol: email\n    endpiont: a@b.example\n    endpoint: a@b.example\n',
      ),
    ).toEqual([
      '1:1 tennant is no setting | Did you mean "tenant"?',
      '4:5 subscribers[0].endpiont is no setting | Did you mean "endpoint"?',
    ]);
    expect(complaints('zzzzzzzz: 1')[0]).toContain('Known here: url, tenant,');
  });

  it('looks into the block of traffic', () => {
    expect(complaints('traffic:\n  evry: 5m\n  shards: 1\n')).toEqual([
      '2:3 traffic.evry is no setting | Did you mean "every"?',
    ]);
    expect(complaints('traffic:\n  every: 1s\n  store: half\n  shards: 99\n')).toEqual([
      '2:10 traffic.every is not between 1m and 6h',
      '3:10 traffic.store is neither full nor rollup',
      '4:11 traffic.shards is not between 1 and 64',
    ]);
    const neither = 'traffic is neither true nor false nor a block of "key: value" lines';
    expect(complaints('traffic: 5m')).toEqual([`1:10 ${neither}`]);
    expect(complaints('traffic: [5m]')).toEqual([`1:10 ${neither}`]);
  });

  it('tells all at once, in the order of the file', () => {
    const text = 'every: 1\ntimeZone: Mars/Olympus\nallowHttp: maybe\nkeep: soon\ngroupWait: 1h\ntenant: a#b\n';
    expect(complaints(text)).toEqual([
      '1:8 every is not a text',
      '2:11 timeZone is not an IANA time zone such as Europe/Berlin',
      '3:12 allowHttp is not true or false',
      '4:7 keep is not a duration such as 400d (a whole number and s, m, h, d or w)',
      '5:12 groupWait is not between 0s and 5m',
      '6:9 tenant is not a name of 1 to 64 letters, digits, dots, dashes and underscores',
    ]);
  });

  it.each([
    ['{ protocol: email, endpoint: nobody }', 'endpoint is not an e-mail address such as security@example.com'],
    ['{ protocol: email, endpoint: "a@b.example\\n" }', 'endpoint is not an e-mail address'],
    ['{ protocol: sms, endpoint: "0151 1234" }', 'endpoint is not a phone number'],
    ['{ protocol: https, endpoint: "http://a.example" }', 'endpoint is not an https:// URL'],
    ['{ protocol: json, endpoint: alerts }', 'endpoint is not the ARN'],
    ['{ protocol: fax, endpoint: "1" }', 'protocol is missing or not one of email, sms, https, json'],
    ['{ endpoint: a@b.example }', 'protocol is missing or not one of email, sms, https, json'],
    ['{ protocol: email }', 'endpoint is missing'],
    ['{ protocol: email, endpoint: a@b.example, minSeverity: urgent }', 'minSeverity is not one of informational, low'],
    ['{ protocol: email, endpoint: a@b.example, severities: [] }', 'severities is empty'],
    ['{ protocol: email, endpoint: a@b.example, minSeverity: low, severities: [high] }', 'keep one of the two'],
  ])('refuses the subscriber %s', (subscriber, message) => {
    const [told, ...more] = complaints(`subscribers:\n  - ${subscriber}\n`);
    expect(told).toContain('subscribers[0].');
    expect(told).toContain(message);
    expect(more).toEqual([]);
  });

  it('refuses plain http to other machines', () => {
    expect(complaints('url: http://netbird.acme.example')).toEqual([
      expect.stringContaining('1:6 url is plain http://'),
    ]);
    expect(complaints('url: http://127.0.0.1.evil.example')).toHaveLength(1);
    expect(parse('url: http://127.0.0.1:8080').problems).toEqual([]);
    expect(parse('url: http://[::1]:8080').problems).toEqual([]);
    expect(parse('url: http://netbird.acme.example\nallowHttp: true').problems).toEqual([]);
    expect(complaints('url: https://user:secret@netbird.acme.example')).toHaveLength(1);
  });

  it('refuses less than a minute for AWS only', () => {
    expect(parse('every: 10s').config?.everyMs).toBe(10_000);
    expect(complaints('tenant: a\nevery: 90s', 'aws')).toEqual([
      expect.stringContaining('2:8 every is not a whole number'),
    ]);
  });

  it.each([
    ['a: [1', /^\d+:\d+ netbird-alerts.yaml is not YAML here/],
    ['tenant: a\ntenant: b', /2:1 netbird-alerts.yaml is not YAML here/],
    ['just text', /1:1 The file is not a block of "key: value" lines/],
    ['subscribers: []', /1:14 subscribers is empty/],
    ['a: &a [*a]', /refers to itself|is no setting/],
  ])('refuses %j', (text, pattern) => {
    expect(complaints(text)[0]).toMatch(pattern);
  });
});
