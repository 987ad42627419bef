import { MagentoError } from '../errors.ts';
import { percentEncode } from '../http/percent-encode.ts';
import { compareNaturally, type Parameter, signedQueryParameters } from './oauth1-signature.ts';

/** The request cannot be signed so that every release of Magento computes the same signature. */
export class UnsignableRequestError extends MagentoError {
  constructor(problem: string, cure: string) {
    super(`This request cannot be signed by OAuth 1.0a: ${problem} ${cure}`, {
      code: 'unsignable_request',
      retryable: false,
    });
  }
}

/**
 * Refuses a request whose signature some release of Magento would compute differently.
 *
 * Magento has had three implementations (Zend up to 2.4.5, Laminas up to 2.4.7, its own since 2.4.8). They agree on
 * every request that passes here, so that an upgrade of the shop never turns a working call into a 401.
 */
export function assertSignable(url: string): void {
  const { pathname, search } = new URL(url);
  if (pathname.includes('%')) {
    throw new UnsignableRequestError(
      'its path holds percent-encoded characters, which releases 2.4.6 and 2.4.7 decode before they sign.',
      'Search by that value instead, e.g. by sku, or use another authentication for this call.',
    );
  }
  if (search.length < 2) return;
  const query = search.slice(1);
  for (const piece of query.split('&')) assertPieceSignable(piece);
  assertNamesSignable(signedQueryParameters(query));
}

function assertPieceSignable(piece: string): void {
  const equals = piece.split('=').length - 1;
  const name = piece.split('=')[0] ?? '';
  if (equals === 0) {
    throw new UnsignableRequestError(
      `the parameter "${name}" has no "=", and only some releases sign it.`,
      `Write "${name}=".`,
    );
  }
  if (equals > 1) {
    throw new UnsignableRequestError(
      `the value of "${name}" holds a bare "=", and only some releases sign it.`,
      'Write it as %3D.',
    );
  }
  if (piece.includes('+')) {
    throw new UnsignableRequestError(
      `the parameter "${name}" holds a bare "+", which is a space to one release and a plus sign to another.`,
      'Write %20 for a space and %2B for a plus sign.',
    );
  }
}

function assertNamesSignable(parameters: readonly Parameter[]): void {
  const names = parameters.map(([name]) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) {
      throw new UnsignableRequestError(
        `the parameter "${name}" is there twice.`,
        'Give every entry its own index.',
      );
    }
    if (name.includes('oauth_')) {
      throw new UnsignableRequestError(
        `the name "${name}" contains "oauth_", which some releases leave out of the signature.`,
        'Rename the parameter or send it in the body.',
      );
    }
    // PHP's natural order compares such numbers digit by digit.
    if (/(?<!\d)0\d/.test(name)) {
      throw new UnsignableRequestError(
        `the name "${name}" holds a number that starts with 0, and releases sort it differently.`,
        'Write the number without zeros before it.',
      );
    }
    if (!/^[\w-]+(\[[\w-]+\])*$/.test(name)) {
      throw new UnsignableRequestError(
        `the name "${name}" is more than letters, digits, "_", "-" and indexes in brackets, and release 2.4.8 rewrites it.`,
        name.includes('[]')
          ? 'Number the entries: [0], [1], …'
          : 'Rename the parameter or send it in the body.',
      );
    }
  }
  assertOneOrder(names);
}

/** Zend and Laminas sort encoded names naturally, 2.4.8 decoded names by bytes, the OAuth standard encoded ones by bytes. */
function assertOneOrder(names: readonly string[]): void {
  const natural = [...names].sort((a, b) => compareNaturally(percentEncode(a), percentEncode(b)));
  const decodedBytes = [...names].sort();
  const index = natural.findIndex((name, position) => name !== decodedBytes[position]);
  const name = natural[index];
  const other = decodedBytes[index];
  if (name === undefined || other === undefined) return;
  if (/\d\d/.test(name) || /\d\d/.test(other)) {
    throw new UnsignableRequestError(
      `a list has more than ten entries, and releases sort "${name}" and "${other}" differently.`,
      'Send at most ten filters, groups or entries at a level; put many values into one "in" filter.',
    );
  }
  throw new UnsignableRequestError(
    `releases sort the names "${name}" and "${other}" differently.`,
    'Spell all names of one level in snake_case, and do not give a name both a value and entries in brackets.',
  );
}
