import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { ConsoleSession, ConsoleSessionRepository } from '@magento-sync/db';
import type { ConsoleConfig } from '../config/console-config.ts';
import type { Secret } from '../config/secret.ts';
import { ConsoleRefusal, type ConsoleRequest } from './request.ts';
import type { Visitor } from './view.ts';

/** Who may come in. */
export interface Gate {
  /** Whether anybody has to sign in. */
  readonly closed: boolean;
  /** Who sends a request; `null` for a stranger. A look that the page takes by itself keeps no session alive. */
  visitorOf(
    request: Pick<ConsoleRequest, 'headers' | 'encrypted'>,
    byItself: boolean,
  ): Promise<Visitor | null>;
  /** Begins a session and returns its cookie; `null` for a wrong password. Throws `ConsoleRefusal` after too many of them. */
  signIn(request: ConsoleRequest, person: string, password: string): Promise<string | null>;
  /** Ends the session and returns the cookie that takes it away. */
  signOut(request: ConsoleRequest): Promise<string>;
}

const minuteMs = 60_000;
const life = { longestMs: 12 * 60 * minuteMs, idleMs: 60 * minuteMs };
const mostTries = 5;
/** From all addresses from which nobody is signed in. */
const mostTriesOfStrangers = 30;

/** Creates the gate of one page. */
export function createGate(
  { password, viewerPassword }: Pick<ConsoleConfig, 'password' | 'viewerPassword'>,
  sessions: ConsoleSessionRepository,
  localPerson: string,
): Gate {
  // Comparing digests under a key of this moment takes the same time for every password.
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const matches = (given: string, secret: Secret | undefined) =>
    secret !== undefined && timingSafeEqual(digest(given), digest(secret.reveal()));
  const passwordOf = (role: ConsoleSession['role']) => (role === 'operator' ? password : viewerPassword);
  const local = randomBytes(32).toString('base64url');

  return {
    closed: password !== undefined,

    async visitorOf(request, byItself) {
      if (password === undefined) {
        return { person: localPerson, role: 'operator', signedIn: false, formToken: formTokens(local) };
      }
      const token = tokenOf(request);
      if (token === undefined) return null;
      const session = await sessions.find(hashOf(token), life);
      if (!session) return null;
      const secret = passwordOf(session.role);
      if (!secret || proofOf(token, secret) !== session.passwordProof) {
        await sessions.end(session.tokenHash);
        return null;
      }
      if (!byItself) await sessions.touch(session.tokenHash);
      return { person: session.person, role: session.role, signedIn: true, formToken: formTokens(token) };
    },

    async signIn(request, person, given) {
      const tried = await sessions.countTry(request.address, minuteMs);
      if (tried.own > mostTries || tried.strangers > mostTriesOfStrangers) {
        throw new ConsoleRefusal(429, 'Too many wrong passwords', 'Wait a minute, then try again.', {
          'retry-after': '60',
        });
      }
      const role = matches(given, password) ? 'operator' : matches(given, viewerPassword) ? 'viewer' : null;
      const secret = role && passwordOf(role);
      if (!role || !secret) return null;
      await sessions.forgetTry(tried.id);
      const old = tokenOf(request);
      if (old !== undefined) await sessions.end(hashOf(old));
      const token = randomBytes(32).toString('base64url');
      await sessions.start(
        {
          tokenHash: hashOf(token),
          role,
          person,
          passwordProof: proofOf(token, secret),
          address: request.address,
        },
        life,
      );
      return cookie(request.encrypted, token, life.longestMs / 1_000);
    },

    async signOut(request) {
      const token = tokenOf(request);
      if (token !== undefined) await sessions.end(hashOf(token));
      return cookie(request.encrypted, '', 0);
    },
  };
}

/** The token of one act: whoever does not know the token of the session cannot make it. */
function formTokens(token: string): Visitor['formToken'] {
  return (act) => createHmac('sha256', token).update(`form ${act}`).digest('base64url');
}

/** Throws `ConsoleRefusal` when a form does not carry the token of its act. */
export function checkFormToken(form: URLSearchParams, visitor: Visitor, act: string): void {
  const expected = Buffer.from(visitor.formToken(act));
  const given = Buffer.from(form.get('form') ?? '');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new ConsoleRefusal(
    403,
    'The form is too old',
    'It was made before you signed in, or by somebody else. Go back, load the page again and send it once more.',
  );
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function proofOf(token: string, password: Secret): string {
  return createHmac('sha256', token).update(`password ${password.reveal()}`).digest('hex');
}

/** A browser takes a cookie of the first name only over an encrypted way, for this host and all its paths. */
function cookieName(encrypted: boolean): string {
  return encrypted ? '__Host-magento-sync' : 'magento-sync';
}

function cookie(encrypted: boolean, token: string, seconds: number): string {
  const secure = encrypted ? '; Secure' : '';
  // Lax, not Strict: a link in an alert must arrive signed in.
  return `${cookieName(encrypted)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

function tokenOf({ headers, encrypted }: Pick<ConsoleRequest, 'headers' | 'encrypted'>): string | undefined {
  const name = `${cookieName(encrypted)}=`;
  const found = (headers.cookie ?? '')
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(name));
  const token = found?.slice(name.length) ?? '';
  return /^[\w-]{43}$/.test(token) ? token : undefined;
}

/**
 * What counts as one sender of wrong passwords: an IPv4 address, or the network of an IPv6 one, of which everybody has
 * as many addresses as they want.
 */
export function senderOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
