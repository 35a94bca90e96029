import * as z from 'zod/mini';
import { auditEventSchema } from '../model/event.ts';
import { trafficEventSchema } from '../model/traffic.ts';
import { auditParameters } from './audit/parameters.ts';
import { trafficParameters } from './traffic/parameters.ts';

type Json = Readonly<Record<string, unknown>>;

let text: string | undefined;

/** The OpenAPI document of the archive, made from the schemas that it is served by. JSON text with its newline. */
export function openApiText(): string {
  text ??= `${JSON.stringify(openApiDocument())}\n`;
  return text;
}

function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'netbird-alerts archive',
      version: '1',
      description: "All events that were stored, in the shape of NetBird's own API.",
    },
    security: [{ TokenAuth: [] }, { BearerAuth: [] }],
    paths: {
      '/api/events/audit': { get: auditOperation('listAuditEvents') },
      '/api/events': { get: auditOperation('listEvents') },
      '/api/events/network-traffic': { get: trafficOperation() },
      '/openapi.json': {
        get: {
          operationId: 'getOpenApi',
          summary: 'This document.',
          security: [],
          responses: { '200': content('The document.', { type: 'object' }) },
        },
      },
    },
    components: {
      securitySchemes: {
        TokenAuth: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Token nba_…`' },
        BearerAuth: { type: 'http', scheme: 'bearer', description: '`Bearer nba_…`' },
      },
      schemas: {
        AuditEvent: servedSchema(auditEventSchema),
        NetworkTrafficEvent: servedSchema(trafficEventSchema),
        NetworkTrafficEventsResponse: ENVELOPE,
        Error: ERROR,
      },
    },
  };
}

function auditOperation(operationId: string): Json {
  const headers = {
    'X-Next-Cursor': header('Value of `cursor` for the next page; absent on the last one.'),
    Link: header('The next page as `<…>; rel="next"`, relative to this one.'),
    'X-Total-Count': header('How many events fit, on the last page, where pages were counted from the first.'),
  };
  return {
    operationId,
    summary: 'Audit events, newest first.',
    description:
      'Without parameters as NetBird answers: the newest 10,000. With any of them, a page, and in its headers where the next begins.',
    parameters: parametersOf(auditParameters),
    responses: {
      '200': { ...content('The events.', { type: 'array', items: ref('AuditEvent') }), headers },
      ...REFUSALS,
    },
  };
}

function trafficOperation(): Json {
  return {
    operationId: 'listNetworkTrafficEvents',
    summary: 'Network traffic, newest first.',
    description: 'Totals end at 50,000 rows: beyond that, narrow the range. With filters, at most 31 days at a time.',
    parameters: parametersOf(trafficParameters),
    responses: { '200': content('A page of rows.', ref('NetworkTrafficEventsResponse')), ...REFUSALS },
  };
}

function parametersOf(shape: Readonly<Record<string, z.ZodMiniType>>): Json[] {
  return Object.entries(shape).map(([name, schema]) => {
    const { $schema: _, description, ...rest } = z.toJSONSchema(schema, { io: 'input' });
    return { name, in: 'query', required: false, description, schema: rest };
  });
}

/** Stored events have gone through the schema, which makes an id text and lets fields pass that it does not know. */
function servedSchema(schema: z.ZodMiniType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ path, jsonSchema }) => {
      if (path.join('.') === 'properties.id' && jsonSchema.anyOf) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        Object.assign(jsonSchema, { type: 'string', pattern: '^\\d+$' });
      }
    },
  });
  return rest;
}

const count = { type: 'integer', minimum: 0 };
const ENVELOPE: Json = {
  type: 'object',
  properties: {
    data: { type: 'array', items: ref('NetworkTrafficEvent') },
    page: { type: 'integer', minimum: 1 },
    page_size: { type: 'integer', minimum: 1 },
    total_pages: count,
    total_records: { ...count, maximum: 50_000 },
  },
  required: ['data', 'page', 'page_size', 'total_pages', 'total_records'],
};
const ERROR: Json = {
  type: 'object',
  properties: { message: { type: 'string' }, code: { type: 'integer' } },
  required: ['message', 'code'],
};
const REFUSALS: Json = {
  '400': content('A parameter is wrong; the message says which and what is right.', ref('Error')),
  '401': content('There is no key, or it is malformed, unknown, expired or revoked.', ref('Error')),
  '403': content('The key is for another tenant.', ref('Error')),
  '429': content('Too many requests: wait ten seconds or more.', ref('Error')),
  '500': content('The store could not be read.', ref('Error')),
};

function content(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } };
}

function header(description: string): Json {
  return { description, schema: { type: 'string' } };
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}
