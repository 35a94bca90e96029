import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import { renderNotice } from '../../../lib/notify/render/notice.ts';
import { SnsPublisher } from '../../../lib/notify/sns/sns-publisher.ts';
import { alert } from '../alerts.ts';

const notice = renderNotice(alert(), { timeZone: 'UTC' });
const topic = 'arn:aws:sns:eu-central-1:123456789012:alerts';

const OK =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
const failure = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

describe('publishing to SNS', () => {
  let server: Server;
  let answer: { status: number; body: string };
  let requests: URLSearchParams[];
  let publisher: SnsPublisher;

  beforeEach(async () => {
    requests = [];
    answer = { status: 200, body: OK };
    server = createServer(async (request, response) => {
      requests.push(new URLSearchParams(await bodyOf(request)));
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new SNSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    publisher = new SnsPublisher(client, topic);
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('sends a text for each protocol, the subject and attributes for filters', async () => {
    await publisher.publish(notice);
    const [request] = requests;
    expect(request?.get('Action')).toBe('Publish');
    expect(request?.get('TopicArn')).toBe(topic);
    expect(request?.get('MessageStructure')).toBe('json');
    expect(request?.get('Subject')).toBe(notice.subject);
    expect(JSON.parse(request?.get('Message') ?? '')).toEqual({
      default: notice.json,
      email: notice.email,
      sms: notice.sms,
    });
    const attributes = [1, 2, 3, 4, 5].map((n) => [
      request?.get(`MessageAttributes.entry.${n}.Name`),
      request?.get(`MessageAttributes.entry.${n}.Value.StringValue`),
    ]);
    expect(Object.fromEntries(attributes)).toEqual(notice.attributes);
  });

  it.each([
    [400, 'InvalidParameter', false],
    [400, 'ValidationError', false],
    [400, 'Throttled', true],
    [404, 'NotFound', true],
    [403, 'AuthorizationError', true],
    [500, 'InternalError', true],
  ])('on %s %s says whether the same notice may pass later: %s', async (status, code, retryable) => {
    answer = { status, body: failure(code) };
    await expect(publisher.publish(notice)).rejects.toMatchObject({ name: 'NotifyError', retryable });
  });

  it('may try again what did not arrive', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(publisher.publish(notice)).rejects.toMatchObject({ name: 'NotifyError', retryable: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('does not ask SNS for what is too large', async () => {
    const large = { ...notice, email: 'ü'.repeat(131_072) };
    await expect(publisher.publish(large)).rejects.toMatchObject({ name: 'NotifyError', retryable: false });
    expect(requests).toEqual([]);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
