import { transientFailure } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { Secret } from '../../config/secret.ts';
import { findHints } from '../../hints/find-hints.ts';
import { hintAuthentication } from '../../hints/hint-authentication.ts';
import type { ReceivedHint } from '../../hints/received-hint.ts';
import type { EntityName } from '../../sync/entity/entity.ts';
import type { Store } from '../../sync/ports.ts';
import { Refusal, type Route, type RouteRequest } from '../route.ts';

/** What the route of hints works with. */
export interface HintRouteOptions {
  readonly shop: string;
  readonly secret: Secret;
  readonly store: Pick<Store, 'hints'>;
  /** What is copied; the default of ENTITIES when absent. */
  readonly entities?: readonly Entity[];
  /** Told which entities have new hints, after these are safe in PostgreSQL. */
  readonly onAccepted: (entities: readonly EntityName[]) => void;
  /** Most hints that may wait to be followed. */
  readonly mostOpen?: number;
}

const largestBody = 256 * 1_024;
const mostOpenByDefault = 20_000;
/** Requests at work at once: they must not take the connections away from pages. */
const mostAtWork = 20;

/**
 * `POST /hints`: remembers that records have changed or were deleted, to be read again; nothing else is taken from it.
 *
 * Answers 202 only after the hints are safe in PostgreSQL. `GET /hints?challenge=…` answers the challenge, by which
 * Adobe I/O Events makes sure that an address wants its events.
 */
export function hintsRoute(options: HintRouteOptions): Route {
  const authentication = hintAuthentication(options.secret);
  let atWork = 0;
  return {
    methods: ['POST', 'GET'],
    path: '/hints',
    async answer(request) {
      if (request.method === 'GET') return challengeAnswer(request.query.get('challenge'));
      authentication.checkHeaders(request.headers);
      if (atWork >= mostAtWork) throw slowDown('Too many requests at once; send lists of hints.', 1);
      atWork += 1;
      try {
        const body = await request.body(largestBody);
        authentication.checkBody(request.headers, body);
        const parsed = parseBody(request, body);
        if (isChallenge(parsed)) return challengeAnswer(parsed.challenge);
        return {
          status: 202,
          body: { accepted: await accept(options, findHints(parsed, options.entities)) },
        };
      } finally {
        atWork -= 1;
      }
    },
  };
}

async function accept(options: HintRouteOptions, hints: readonly ReceivedHint[]): Promise<number> {
  const { shop, store, mostOpen = mostOpenByDefault } = options;
  const entities = [...new Set(hints.map(({ entity }) => entity))];
  try {
    for (const entity of entities) {
      const own = hints.filter((hint) => hint.entity === entity);
      if ((await store.hints.count(shop, entity)) + own.length > mostOpen) {
        throw slowDown(`${mostOpen} hints are waiting already; send this again later.`, 30);
      }
      await store.hints.add(shop, entity, own, 'http');
    }
  } catch (error) {
    if (!transientFailure(error)) throw error;
    throw new Refusal(503, 'PostgreSQL does not answer; nothing was accepted, send it again.', {
      'retry-after': '5',
    });
  }
  if (entities.length > 0) options.onAccepted(entities);
  return hints.length;
}

function parseBody({ headers }: RouteRequest, body: Buffer): unknown {
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(415, 'Send JSON, with "Content-Type: application/json".');
  }
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new Refusal(422, 'The body is no JSON.');
  }
}

function isChallenge(parsed: unknown): parsed is { challenge: string } {
  return (
    typeof parsed === 'object' &&
    parsed !== null &&
    'challenge' in parsed &&
    typeof parsed.challenge === 'string'
  );
}

/** Format: https://developer.adobe.com/events/docs/guides/ ("challenge request"). */
function challengeAnswer(challenge: string | null) {
  if (challenge === null) throw new Refusal(405, 'Hints are sent by POST.', { allow: 'POST' });
  if (!/^[\w.-]{1,200}$/.test(challenge)) {
    throw new Refusal(422, 'A challenge has 1 to 200 letters, digits, dots, hyphens and underscores.');
  }
  return { status: 200, body: challenge };
}

function slowDown(message: string, seconds: number): Refusal {
  return new Refusal(429, message, { 'retry-after': String(seconds) });
}
