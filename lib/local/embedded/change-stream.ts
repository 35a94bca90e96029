import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import type { LevelDb } from 'dynalite/db/index.js';
import { type ItemChange, recordKey } from './commit-log.ts';

/** One table's stream with its one consumer, in one shard. A record stays until the consumer has finished with it. */
export class ChangeStream {
  readonly arn: string;
  readonly #db: LevelDb;
  readonly #table: string;
  /** Where to begin reading: what lies before is deleted, and reading over the gaps that it left is slow. */
  #finished = '';

  constructor(db: LevelDb, table: string, arn: string) {
    this.#db = db;
    this.#table = table;
    this.arn = arn;
  }

  /** The oldest unfinished records, at most `limit`; the same ones again until they are finished. */
  async read(limit: number): Promise<DynamoDBRecord[]> {
    const range = { gt: recordKey(this.#table, this.#finished), lt: recordKey(this.#table, '\xff'), limit };
    const rows = await this.#db.iterator(range).all();
    return rows.map(([key, value]) => this.#recordOf(key.slice(recordKey(this.#table, '').length), value));
  }

  /** The consumer has finished with all of `records`, the oldest ones: they go, and are never read again. */
  async finish(records: readonly DynamoDBRecord[]): Promise<void> {
    const sequences = records.map((record) => record.dynamodb?.SequenceNumber ?? '');
    await this.#db.batch(sequences.map((sequence) => ({ type: 'del', key: recordKey(this.#table, sequence) })));
    this.#finished = sequences.at(-1) ?? this.#finished;
  }

  #recordOf(sequence: string, value: unknown): DynamoDBRecord {
    const change = value as ItemChange & { readonly at: number };
    const body: StreamRecord = {
      ApproximateCreationDateTime: Math.floor(change.at / 1000),
      Keys: change.keys as NonNullable<StreamRecord['Keys']>,
      SequenceNumber: sequence,
      StreamViewType: change.oldImage === undefined ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES',
      ...imagesOf(change),
    };
    return {
      eventID: `${this.#table}-${sequence}`,
      eventName: change.eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'local',
      eventSourceARN: this.arn,
      dynamodb: body,
    };
  }
}

function imagesOf(change: ItemChange): Pick<StreamRecord, 'NewImage' | 'OldImage'> {
  return {
    ...(change.newImage !== undefined && { NewImage: change.newImage as NonNullable<StreamRecord['NewImage']> }),
    ...(change.oldImage !== undefined && { OldImage: change.oldImage as NonNullable<StreamRecord['OldImage']> }),
  };
}
