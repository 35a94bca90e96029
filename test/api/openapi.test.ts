import Ajv2020 from 'ajv/dist/2020.js';
import { auditParameters } from '../../lib/api/audit/parameters.ts';
import { trafficParameters } from '../../lib/api/traffic/parameters.ts';
import { storedEvent } from '../contracts/event-store.contract.ts';
import { FakeArchive, trafficRow } from './fake-archive.ts';
import { openApiServer, type TestApi } from './open-api-server.ts';

interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Record<string, unknown>;
}
interface Operation {
  readonly parameters: readonly Parameter[];
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, { readonly get: Operation }>;
  readonly components: {
    readonly schemas: Record<string, { required: string[]; properties: Record<string, unknown> }>;
  };
}

let api: TestApi;
let document: OpenApi;
beforeAll(async () => {
  const event = storedEvent(7, '2026-11-23T15:00:00.1Z', { added_later: [1], meta: { a: 'b', n: 5, gone: null } });
  const older = trafficRow(2);
  const { window_start: _s, num_of_starts: _n, user: _u, ...withoutWindow } = older;
  api = await openApiServer(new FakeArchive([event], () => [trafficRow(1), withoutWindow]));
  document = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApi;
});
afterAll(() => api.close());

/** What is wrong with an answer by the document. */
async function complaints(path: string, target: string, headers?: Record<string, string>): Promise<unknown> {
  const answer = await api.get(target, headers);
  const { schema } = document.paths[path]?.get.responses[answer.status]?.content['application/json'] ?? {};
  if (!schema) return `the document knows no ${answer.status} of ${path}`;
  const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-time': true } });
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(await answer.json()) ? [] : validate.errors;
}

const AUDIT = '/api/events/audit';
const TRAFFIC = '/api/events/network-traffic';

describe('the OpenAPI document', () => {
  it.each([
    [AUDIT, AUDIT],
    [AUDIT, `${AUDIT}?page_size=1`],
    ['/api/events', '/api/events?page_size=1&cursor='],
    [TRAFFIC, TRAFFIC],
    [AUDIT, `${AUDIT}?page_size=x`],
    [TRAFFIC, `${TRAFFIC}?type=x`],
  ])('describes what %s answers: %s', async (path, target) => {
    expect(await complaints(path, target)).toEqual([]);
  });

  it('describes refusals', async () => {
    expect(await complaints(AUDIT, AUDIT, { authorization: 'Token nba_x' })).toEqual([]);
    for (const path of [AUDIT, '/api/events', TRAFFIC]) {
      expect(Object.keys(document.paths[path]?.get.responses ?? {})).toEqual([
        '200',
        '400',
        '401',
        '403',
        '429',
        '500',
      ]);
    }
  });

  it('would tell an answer that it does not describe', async () => {
    const { AuditEvent } = document.components.schemas;
    expect(AuditEvent?.required).toEqual(expect.arrayContaining(['id', 'timestamp', 'activity_code', 'meta']));
    const validate = new Ajv2020({ strict: false }).compile(AuditEvent ?? {});
    expect(validate({ ...storedEvent(7, '2026-11-23T15:00:00Z'), id: 7 })).toBe(false);
  });

  it('names every parameter, with its type, limits and values', () => {
    const of = (path: string) => document.paths[path]?.get.parameters ?? [];
    expect(of(AUDIT).map(({ name }) => name)).toEqual(Object.keys(auditParameters));
    expect(of(TRAFFIC).map(({ name }) => name)).toEqual(Object.keys(trafficParameters));
    const schemas = Object.fromEntries(of(TRAFFIC).map(({ name, schema }) => [name, schema]));
    expect(schemas).toMatchObject({
      page: { type: 'integer', minimum: 1, default: 1 },
      page_size: { type: 'integer', minimum: 1, maximum: 50_000, default: 1000 },
      protocol: { type: 'integer' },
      type: { type: 'string', enum: ['TYPE_UNKNOWN', 'TYPE_START', 'TYPE_END', 'TYPE_DROP'] },
      connection_type: { enum: ['P2P', 'ROUTED'] },
      direction: { enum: ['INGRESS', 'EGRESS', 'DIRECTION_UNKNOWN'] },
      start_date: { type: 'string', format: 'date-time' },
    });
    for (const { description } of [...of(AUDIT), ...of(TRAFFIC)]) expect(description).toMatch(/\w+.*[.`]$/);
  });

  it('can be read without a key, and is the same each time', async () => {
    const answer = await fetch(`${api.url}/openapi.json`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(await answer.json()).toEqual(document);
  });
});
