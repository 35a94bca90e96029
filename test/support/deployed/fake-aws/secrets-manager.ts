import { ACCOUNT, REGION, type Template } from '../template.ts';
import { type Answer, type Input, json, jsonRefusal, type Service, type Wanted } from './answer.ts';

/** The template's secrets, empty until somebody puts a value in, as CloudFormation makes them; and those outside it. */
export class FakeSecretsManager implements Service {
  readonly #ownArns: readonly string[];
  /** By ARN. */
  readonly #values = new Map<string, string>();

  constructor(template: Template) {
    this.#ownArns = template
      .all('AWS::SecretsManager::Secret')
      .map(({ logicalId }) => template.attribute(logicalId, 'Ref'));
  }

  /** Puts a value into the stack's only secret, or into one of this name that exists outside it. */
  put(value: string, name?: string): void {
    const [arn, ...more] = name === undefined ? this.#ownArns : [arnOf(name)];
    if (arn === undefined || more.length > 0) throw new RangeError('The stack has not exactly one secret');
    this.#values.set(arn, value);
  }

  wanted(operation: string, { SecretId }: Input): Wanted[] {
    return [{ action: `secretsmanager:${operation}`, resource: arnOf(String(SecretId)) }];
  }

  async answer(operation: string, { SecretId }: Input): Promise<Answer> {
    if (operation !== 'GetSecretValue') return jsonRefusal(400, 'UnknownOperationException', operation);
    const value = this.#values.get(arnOf(String(SecretId)));
    if (value !== undefined) return json(200, { ARN: SecretId, SecretString: value });
    const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
    return jsonRefusal(400, 'ResourceNotFoundException', message);
  }

  refusal = jsonRefusal;
}

/** A secret is asked for by its ARN, or by its name, to which Secrets Manager has added six characters. */
function arnOf(id: string): string {
  return id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-AbCdEf`;
}
