import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { AuthOptions } from './auth/strategy.ts';
import type { TokenStore } from './auth/token-store.ts';
import { InvalidOptionsError } from './errors.ts';
import type { Timeouts } from './http/dispatcher.ts';
import type { FrontOptions } from './http/front.ts';
import type { ProxyOptions } from './http/proxy-rules.ts';
import type { RequestBudgetOptions } from './http/request-budget.ts';
import type { RequestBudget } from './http/request-gate.ts';
import type { RetryOptions } from './http/retry-policy.ts';
import type { RequestEvent } from './http/transport.ts';
import type { PersonalData } from './payloads/choose-members.ts';
import type { Wording } from './wording.ts';

/** How a client reaches one shop, and how kind it is to it. */
export interface MagentoClientOptions extends FrontOptions {
  /** `https://shop.example.com`, or with a sub-path; without `/rest`. For the cloud service with region and tenant. */
  baseUrl: string;
  auth: AuthOptions;
  /** Store view code, or `all`; without one the shop's default store view answers. */
  storeCode?: string;
  /** Default: 2 requests at a time, 10 a second. A function shares one budget among several clients or processes. */
  budget?: RequestBudgetOptions | RequestBudget;
  /** Default: 10 s to connect, 120 s to the first byte, 120 s for the body. */
  timeouts?: Partial<Timeouts>;
  /** Default: 5 attempts, waits of up to 0.5 s, 1 s, 2 s, 4 s, never more than 30 s. */
  retry?: Partial<RetryOptions>;
  /** Largest answer that is read; default 64 MiB, decoded. */
  maxBodyBytes?: number;
  userAgent?: string;
  /** Without it, everything but reading is refused before it is sent. Default false. */
  allowWrites?: boolean;
  /** The base URL as the shop itself sees it, when a proxy changes host or scheme: what OAuth signs. */
  signingBaseUrl?: string;
  /** Default: in memory. */
  tokenStore?: TokenStore;
  /** Puts the messages of errors into the words of the program that uses the client. */
  wording?: Wording;
  /** Called after every attempt, for metrics and logs. */
  onRequest?: (event: RequestEvent) => void;
  /** This machine's time in ms; for tests. */
  now?: () => number;
  /** Which personal data `records` reads; all of it when absent. The rest never leaves the shop where `fields` can say so. */
  personalData?: PersonalData;
  /** Proxies on the way to the shop. */
  proxy?: ProxyOptions;
  /** Certificates in PEM that are trusted besides those of Node: of a company's own authority, or signed by themselves. */
  certificateAuthorities?: string;
  /** Own connection pool in place of `proxy` and `certificateAuthorities`; it is not closed by the client. */
  dispatcher?: Dispatcher;
}

const positive = z.number().positive();
const numbers = z.object({
  timeouts: z
    .object({
      connectMs: positive.default(10_000),
      headersMs: positive.default(120_000),
      bodyMs: positive.default(120_000),
    })
    .prefault({}),
  retry: z
    .object({
      attempts: z.int().min(1).default(5),
      baseDelayMs: z.number().min(0).default(500),
      maxDelayMs: z.number().min(0).default(30_000),
    })
    .prefault({}),
  budget: z
    .object({ concurrency: z.int().min(1).default(2), requestsPerSecond: positive.default(10) })
    .prefault({}),
  maxBodyBytes: z
    .int()
    .min(1_024)
    .default(64 * 1_024 * 1_024),
  userAgent: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
    .default('magento-sync'),
});

/** The numbers of the options with defaults filled in. */
export type ResolvedNumbers = z.output<typeof numbers>;

/** Checks the numbers and fills in defaults; all problems in one message. */
export function resolveNumbers(options: MagentoClientOptions): ResolvedNumbers {
  const { timeouts, retry, maxBodyBytes, userAgent } = options;
  const budget = typeof options.budget === 'function' ? undefined : options.budget;
  const result = numbers.safeParse({ timeouts, retry, budget, maxBodyBytes, userAgent });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidOptionsError(`The client's options cannot be used: ${problems.join('; ')}.`);
}
