import { DataFolderError, NoStoreError, StoreLockedError } from '../local/embedded/errors.ts';
import { InputError } from '../model/errors.ts';

/** What a person can do something about, as such; undefined for anything else. */
export function inputErrorOf(error: unknown): InputError | undefined {
  if (error instanceof InputError) return error;
  if (error instanceof StoreLockedError) {
    return new InputError(
      `${capital(error.message)}.`,
      'Stop that one first, or give this one another folder with --data DIR.',
      { cause: error },
    );
  }
  if (error instanceof NoStoreError) {
    return new InputError(
      `${capital(error.message)}.`,
      'Name the folder that `netbird-alerts local --data DIR` was given; if there is none yet, run that first.',
      { cause: error },
    );
  }
  if (error instanceof DataFolderError) {
    return new InputError(
      `${capital(error.message)}.`,
      'Give --data DIR a folder that you may write to, on a disk that is not full; a new one starts anew.',
      { cause: error },
    );
  }
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
