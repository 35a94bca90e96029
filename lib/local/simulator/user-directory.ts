/** Who a user id is today: where the server takes names from each time that it answers. */
export interface DirectoryUser {
  readonly id: string;
  readonly name: string;
  /** "" for a service user. */
  readonly email: string;
  readonly service: boolean;
}

/** The account's users. People's names survive their deletion, those of service users do not. */
export class UserDirectory {
  readonly #users = new Map<string, DirectoryUser>();
  #version = 0;

  /** Changes whenever an old event may read differently. */
  get version(): number {
    return this.#version;
  }

  add(user: DirectoryUser): void {
    this.#users.set(user.id, user);
    this.#version += 1;
  }

  /** From now on nobody remembers its name: it vanishes from all of history. No-op for people and unknown ids. */
  forgetServiceUser(id: string): void {
    if (this.#users.get(id)?.service !== true) return;
    this.#users.delete(id);
    this.#version += 1;
  }

  find(id: string): DirectoryUser | undefined {
    return this.#users.get(id);
  }
}
