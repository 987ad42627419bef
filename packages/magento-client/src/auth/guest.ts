import type { AuthStrategy } from './strategy.ts';

/** Sends no credentials: for anonymous routes such as `/V1/directory/countries`. */
export function createGuestAuth(): AuthStrategy {
  return {
    kind: 'guest',
    async authorize() {
      return {};
    },
    async renew() {
      return false;
    },
  };
}
