import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, string, number, Buffer>(scrypt);

/** A value that changes with the secrets and from which they cannot be guessed cheaply; `salt` separates accounts. */
export async function fingerprint(secrets: readonly string[], salt: string): Promise<string> {
  return (await derive(JSON.stringify(secrets), salt, 16)).toString('hex');
}
