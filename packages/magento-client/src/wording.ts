import type { AuthStrategy } from './auth/strategy.ts';
import { MagentoError } from './errors.ts';
import type { Transport } from './http/transport.ts';

/**
 * Puts the message of an error into the words of the program that uses this client.
 *
 * Messages name options as `MagentoClientOptions` does, those of the way to sign in as `auth.password`: a program whose
 * users know them by other names replaces them here, and may add what it offers against the trouble.
 */
export type Wording = (message: string, error: MagentoError) => string;

/** The errors of one client in the words of its program; each is put into them once. */
export interface Words {
  /** Runs what creates a part of the client. */
  create<T>(create: () => T): T;
  transport(transport: Transport): Transport;
  auth(auth: AuthStrategy): AuthStrategy;
}

/** Creates the words of one client; without a wording, errors stay as they are. */
export function createWords(wording: Wording | undefined): Words {
  const done = new WeakSet<MagentoError>();

  function reword(error: unknown): unknown {
    if (wording === undefined || !(error instanceof MagentoError) || done.has(error)) return error;
    done.add(error);
    const before = error.message;
    error.message = wording(before, error);
    if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message);
    return error;
  }
  const reworded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw reword(error);
    }
  };

  return {
    create(create) {
      try {
        return create();
      } catch (error) {
        throw reword(error);
      }
    },
    transport: (transport) => ({ send: (request) => reworded(transport.send(request)) }),
    auth(auth) {
      const { refreshIfDue, signIn } = auth;
      return {
        ...auth,
        ...(refreshIfDue ? { refreshIfDue: (signal) => reworded(refreshIfDue(signal)) } : {}),
        ...(signIn ? { signIn: (request, signal) => reworded(signIn(request, signal)) } : {}),
      };
    },
  };
}
