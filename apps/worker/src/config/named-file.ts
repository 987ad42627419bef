import { readFileSync } from 'node:fs';

/** The text of a file that a variable names, or what is wrong as the rest of a sentence. */
export function readNamedFile(path: string): string | { readonly problem: string } {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return {
      problem: `names a file that cannot be read (${code}); in a container it has to be mounted first`,
    };
  }
}
