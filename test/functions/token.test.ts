import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretToken } from '../../functions/collect/token.ts';

const EMPTY = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";

describe('the token of a secret', () => {
  let server: Server;
  let client: SecretsManagerClient;
  let answer: { readonly status: number; readonly body: object };
  let reads = 0;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      reads += 1;
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'not-used' },
      maxAttempts: 1,
    });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it.each(['nbp_plain', '{"token":"nbp_plain"}'])('is read from %s', async (SecretString) => {
    answer = { status: 200, body: { SecretString } };
    expect(await new SecretToken(client, 'netbird/token').read()).toBe('nbp_plain');
  });

  it('is read once, and again when it has been refused', async () => {
    const token = new SecretToken(client, 'netbird/token');
    answer = { status: 200, body: { SecretString: 'nbp_old' } };
    await token.read();
    const before = reads;
    expect(await token.read()).toBe('nbp_old');
    expect(reads).toBe(before);
    answer = { status: 200, body: { SecretString: 'nbp_new' } };
    token.forget();
    expect(await token.read()).toBe('nbp_new');
  });

  it.each([
    ['ResourceNotFoundException', EMPTY, /holds no value\. Put a NetBird personal access token into the secret/],
    ['ResourceNotFoundException', "Secrets Manager can't find the specified secret.", /not exist.*tokenSecretName/],
    ['AccessDeniedException', 'User is not authorized', /may not be read.*secretsmanager:GetSecretValue.*kms:Decrypt/],
    ['DecryptionFailure', '', /cannot be decrypted.*KMS key/],
    ['InvalidRequestException', 'it was marked for deletion', /Restore it/],
    ['InternalServiceError', '', /could not be read \(InternalServiceError\)\. Nothing, if it passes/],
  ])('tells what to do about %s (%s)', async (__type, message, told) => {
    answer = { status: 400, body: { __type, message } };
    const failure = new SecretToken(client, 'netbird/token').read();
    await expect(failure).rejects.toMatchObject({ code: 'token_missing', message: expect.stringMatching(told) });
    await expect(failure).rejects.toThrow(/secret netbird\/token/);
  });
});
