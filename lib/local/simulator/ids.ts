import { createXids } from '../../api/wire/request-ids.ts';
import type { Clock } from '../../model/clock.ts';
import type { Random } from './random.ts';

/** Makes ids in the forms that NetBird uses. */
export interface IdFactory {
  /** 20 characters of time, machine and counter (rs/xid): peers, groups, routes, policies, X-Request-Id. */
  xid(): string;
  /** A service user. */
  uuid(): string;
  /** A person, as the embedded identity provider writes the id. */
  userId(): string;
}

/** `clock` gives the xids' time part; whole seconds count. */
export function createIdFactory(random: Random, clock: Clock): IdFactory {
  const machine = Array.from({ length: 5 }, () => random.int(0, 255));
  const counter = random.int(0, 0xff_ffff);
  const uuid = (): string => {
    const digits = random.hex(32);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `${random.pick(['8', '9', 'a', 'b'])}${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-');
  };
  return {
    uuid,
    userId: () => {
      // A protobuf of two strings: the user's id at the provider and the provider's name.
      const [user, connector] = [Buffer.from(uuid()), Buffer.from('local')];
      const head = Buffer.from([0x0a, user.length]);
      const middle = Buffer.from([0x12, connector.length]);
      return Buffer.concat([head, user, middle, connector]).toString('base64').replace(/=+$/, '');
    },
    xid: createXids(machine, counter, clock),
  };
}
