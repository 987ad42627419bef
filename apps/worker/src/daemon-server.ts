import type { Config } from './config/config.ts';
import type { ConsoleConfig } from './config/console-config.ts';
import { type ConsoleServer, startConsole } from './console/console-server.ts';
import type { Looks } from './console/looks.ts';
import type { LookSource } from './console/shop-look.ts';
import { describeFailure } from './failure.ts';
import type { Check } from './http/readiness.ts';
import type { Route } from './http/route.ts';
import { hintsRoute } from './http/routes/hints.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import { queueHints } from './jobs/queue-keeper.ts';
import { type Queues, QueuesNotOpenYetError } from './jobs/queues.ts';
import type { Logger } from './logger.ts';
import type { ProcessServices } from './process-services.ts';
import type { Services } from './services.ts';
import type { ShopStop } from './shop-work.ts';

/** What health and metrics ask of the queues. */
export type AskedQueues = Pick<Queues, 'counts' | 'add'>;

/** Queues of a shop that refuse until they are there. */
export interface QueuesToCome {
  readonly queues: AskedQueues;
  set(queues: Queues | undefined): void;
}

/** Queues that refuse until they are there. */
export function queuesToCome(): QueuesToCome {
  let opened: Queues | undefined;
  const there = () => {
    if (!opened) throw new QueuesNotOpenYetError();
    return opened;
  };
  return {
    queues: {
      counts: async () => there().counts(),
      add: async (...job) => there().add(...job),
    },
    set(queues) {
      opened = queues;
    },
  };
}

/** What must work for the process to work for any shop. */
export function processChecks(
  { database }: Pick<ProcessServices, 'database'>,
  { pause }: Pick<ShopStop, 'pause'>,
  queue: () => Promise<unknown>,
): Readonly<Record<'worker' | 'postgres' | 'queue', Check>> {
  return {
    worker: async () => {
      if (pause.aborted) throw new Error('shutting down');
      return 'ok';
    },
    postgres: inOurWords(() => database.pool.query('select 1')),
    queue: inOurWords(queue),
  };
}

/** A check that says what went wrong as commands do: with the cure, and the variable by its name. */
function inOurWords(attempt: () => Promise<unknown>): Check {
  return async () => {
    try {
      await attempt();
      return 'ok';
    } catch (error) {
      throw new Error(describeFailure(error).sentence, { cause: error });
    }
  };
}

/** Serves health, metrics and hints where a port is set; `routes` is asked with every request, because shops come and go. */
export async function serveHealth(
  http: Config['http'],
  log: Logger,
  routes: () => readonly Route[],
): Promise<HttpServer | null> {
  if (!http) return null;
  const onError = (error: Error) => log.error({ err: error }, 'the HTTP server has a problem');
  const server = await startHttpServer({ ...http, routes, onError });
  const paths = routes()
    .filter(({ unlisted }) => !unlisted)
    .map(({ path }) => path);
  log.info({ host: http.host, port: server.port }, `serving ${paths.join(', ')}`);
  return server;
}

/** Serves the page where a port is set for it. */
export async function servePage(
  config: ConsoleConfig | undefined,
  source: LookSource,
  looks: Looks,
): Promise<ConsoleServer | null> {
  if (!config) return null;
  const page = await startConsole({ ...source, config, looks });
  source.log.info({ url: page.url, port: page.port }, 'serving the page');
  return page;
}

/** Takes hints for the shop; absent without a secret. */
export function hintsOf(
  { sync, log, config: { hintSecret } }: Pick<Services, 'sync' | 'log' | 'config'>,
  queues: AskedQueues,
  place: Pick<Route, 'path' | 'unlisted'> = { path: '/hints' },
): Route | undefined {
  if (!hintSecret) return undefined;
  const route = hintsRoute({
    shop: sync.shop,
    store: sync.store,
    entities: sync.entities,
    secret: hintSecret,
    // Not waited for: the hints are safe, and a queue that is away is filled again by its keeper.
    onAccepted: (entities) => {
      for (const entity of entities) {
        queueHints(queues, entity).catch((error: unknown) =>
          log.warn({ err: error }, 'hints are followed as soon as the queue is back'),
        );
      }
    },
  });
  return { ...route, ...place };
}
