import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { SourceError } from '../../lib/collect/netbird/source-error.ts';

const asJson = z.object({ token: z.string() });

/**
 * The token of one secret: its text as it is, or the `token` of a JSON object. Read once and kept until `forget`, which
 * follows a refusal, so that a new token is taken at the next poll. Throws SourceError `token_missing`, which says whether
 * the secret, the rights to it or Secrets Manager is at fault.
 */
export class SecretToken {
  readonly #client: SecretsManagerClient;
  readonly #secretId: string;
  #token: string | undefined;

  constructor(client: SecretsManagerClient, secretId: string) {
    this.#client = client;
    this.#secretId = secretId;
  }

  async read(): Promise<string> {
    this.#token ??= tokenOf(await this.#readSecret());
    return this.#token;
  }

  forget(): void {
    this.#token = undefined;
  }

  async #readSecret(): Promise<string> {
    try {
      const answer = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#secretId }));
      return answer.SecretString ?? '';
    } catch (cause) {
      throw unreadable(this.#secretId, cause);
    }
  }
}

/** What Secrets Manager's refusals mean, and what to do about each. */
const REFUSALS: Readonly<Record<string, readonly [what: string, next: string]>> = {
  AccessDeniedException: [
    'may not be read',
    'Allow the role of collect secretsmanager:GetSecretValue on it, and kms:Decrypt where a KMS key of your own encrypts it; look also into the policies of the secret and of the key.',
  ],
  DecryptionFailure: [
    'cannot be decrypted',
    'Check that the KMS key which encrypts it is enabled and lets the role of collect decrypt.',
  ],
  InvalidRequestException: ['cannot be read as it is', 'Restore it if it is to be deleted, then deploy again.'],
};

function unreadable(secretId: string, cause: unknown): SourceError {
  const { name, message } = cause instanceof Error ? cause : { name: 'error', message: '' };
  // Both are the same exception: a secret that is still empty, and one that is not there.
  if (name === 'ResourceNotFoundException' && message.includes('AWSCURRENT'))
    return new SourceError('token_missing', `secret ${secretId} holds no value`, { cause });
  const [what, next] =
    name === 'ResourceNotFoundException'
      ? [
          'does not exist',
          'Check tokenSecretName in the configuration, and the account and region of the secret; then deploy again.',
        ]
      : (REFUSALS[name] ?? [
          'could not be read',
          'Nothing, if it passes; else check that the function can reach Secrets Manager.',
        ]);
  return new SourceError('token_missing', `secret ${secretId} ${what} (${name})`, { next, cause });
}

/** Anything but that one JSON shape is the token itself: its form is NetBird's business. */
function tokenOf(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    return asJson.parse(JSON.parse(text)).token;
  } catch {
    return text;
  }
}
