import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { SourceError } from '../../lib/collect/netbird/source-error.ts';

const asJson = z.object({ token: z.string() });

/**
 * The token of one secret: its text as it is, or the `token` of a JSON object. Read once and kept until `forget`, which
 * follows a refusal, so that a new token is taken at the next poll. Throws SourceError `token_missing` for an empty
 * secret, else what the client throws.
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
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      throw new SourceError('token_missing', `secret ${this.#secretId} holds no value`, { cause });
    }
  }
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
