import { setImmediate as nextTurn } from 'node:timers/promises';
import { isTooSlow } from '../error-kinds.ts';
import { GateRefusedError, MagentoError, MagentoResponseError } from '../errors.ts';
import { responseError } from '../response-error.ts';
import { sleep } from './abortable.ts';
import { type AttemptAnswer, type AttemptOptions, attempt } from './attempt.ts';
import { cachedAnswer, cacheEvidence, withOwnParameter } from './cache-evidence.ts';
import { createDateWatch } from './date-watch.ts';
import type { Front } from './front.ts';
import { parseJson } from './parse-json.ts';
import { redact, secretsOfHeaders } from './redact.ts';
import type { RequestBudget } from './request-gate.ts';
import { decideRetry, type RetryOptions } from './retry-policy.ts';
import type { ShopClock } from './shop-clock.ts';
import type { RequestEvent, Transport, TransportRequest, TransportResponse } from './transport.ts';

/** HTTP dates have a resolution of one second. */
const dateStepMs = 1_100;

/** What a transport is made of. */
export interface TransportOptions extends AttemptOptions {
  readonly budget: RequestBudget;
  readonly retry: RetryOptions;
  readonly clock: ShopClock;
  readonly userAgent: string;
  /** What is asked for in front of the shop. */
  readonly front?: Front;
  /** Sent with every request, e.g. the scope of a cloud service. */
  readonly scopeHeaders?: Readonly<Record<string, string>>;
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** A random number from 0 up to 1; for tests. */
  readonly random?: () => number;
}

/**
 * Creates the one way to the shop: authorize, wait for the budget, send, read, map errors, repeat when it helps.
 *
 * A 401 makes the strategy renew its credentials once and repeats the call once, also for writes, because Magento
 * checks permissions before it does anything. What then is refused again is a lack of rights, not an expired token.
 */
export function createTransport(options: TransportOptions): Transport {
  const { clock, retry } = options;
  const random = options.random ?? Math.random;
  /** Until when the shop asked for silence: holds for every call, not only for the one that was told. */
  let pausedUntil = 0;
  const dates = createDateWatch();

  async function send(request: TransportRequest): Promise<TransportResponse> {
    const response = await sendPatiently(request);
    if (request.mustBeFresh !== true || !isOld(response)) {
      // Nobody answers a POST from memory: a login tells the shop's clock before the first read.
      if (request.mustBeFresh === true || request.method !== 'GET') trust(response);
      return response;
    }
    await sleep(dateStepMs, request.signal ?? new AbortController().signal);
    const again = await sendPatiently(request);
    if (again.serverDate?.getTime() === response.serverDate?.getTime()) {
      throw cachedAnswer(pathOf(request), `twice with the same Date: ${response.headers['date']}`);
    }
    // A server with a clock of its own: its date moves on.
    trust(again);
    return again;
  }

  /** Whether only a cache, or a clock that was not seen before, explains the date of an answer. */
  function isOld({ serverDate, receivedAt, durationMs }: TransportResponse): boolean {
    if (serverDate === null) return false;
    return dates.isOld(serverDate, receivedAt.getTime() - durationMs);
  }

  function trust({ serverDate, receivedAt }: TransportResponse): void {
    if (serverDate !== null) dates.trust(serverDate, receivedAt.getTime());
  }

  async function sendPatiently(request: TransportRequest): Promise<TransportResponse> {
    const signal = request.signal ?? new AbortController().signal;
    let renewed = false;
    for (let number = 1; ; number += 1) {
      const sent: Sent = { headers: {}, isAuthorized: false };
      try {
        return await once(request, number, sent, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        let error: unknown = thrown;
        // A refused login is no refused request: renewing would only log in, and be refused, once more.
        if (!renewed && sent.isAuthorized && request.auth !== undefined && isRefusal(thrown)) {
          try {
            renewed = await request.auth.renew(signal, { headers: sent.headers, error: thrown });
          } catch (failedRenewal) {
            error = failedRenewal;
          }
          if (renewed) {
            number -= 1;
            continue;
          }
        }
        if (request.givesUpWhenSlow === true && isTooSlow(error)) throw error;
        const idempotent = request.idempotent ?? request.method === 'GET';
        const decision = decideRetry({ attempt: number, idempotent, error, random: random() }, retry);
        if (!decision.retry) throw error;
        await sleep(decision.delayMs, signal);
      }
    }
  }

  async function once(
    request: TransportRequest,
    number: number,
    sent: Sent,
    signal: AbortSignal,
  ): Promise<TransportResponse> {
    const path = pathOf(request);
    const url = request.mustBeFresh === true ? withOwnParameter(request.url) : request.url;
    const headers = baseHeaders(request);
    if (request.auth !== undefined) {
      sent.headers = await request.auth.authorize({ ...request, url, headers }, signal);
      sent.isAuthorized = true;
    }
    const outgoing = {
      method: request.method,
      url,
      path,
      headers: options.front?.headersFor(url, { ...headers, ...sent.headers }) ?? {
        ...headers,
        ...sent.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
    };
    const readAnswer = await options.budget(async (stillAllowed) => {
      const pauseMs = pausedUntil - clock.now();
      if (pauseMs > 0) {
        await sleep(pauseMs, signal);
        await stillAllowed?.();
      }
      const startedAt = performance.now();
      const answer = await attempt(outgoing, options, signal).catch((error: unknown) => {
        report(request, number, undefined, performance.now() - startedAt, error);
        throw error;
      });
      const facts: ArrivalFacts = {
        durationMs: performance.now() - startedAt,
        receivedAt: new Date(clock.now()),
        secrets: [
          ...secretsOfHeaders(sent.headers),
          ...(options.front?.secrets ?? []),
          ...(request.secrets ?? []),
        ],
      };
      const read = () => settleAndReport(request, number, path, answer, facts);
      // The budget has to hear of trouble. What went well is read when its place is free: meanwhile the shop works on.
      if (!isSuccess(answer)) read();
      return read;
    }, signal);
    // Whoever has the place now sends in this turn of the event loop, or in the next one when it waits for the connection that
    // has become free: reading a page takes longer than either, and for that long the shop would have nothing to do.
    await nextTurn();
    return readAnswer();
  }

  function settleAndReport(
    request: TransportRequest,
    number: number,
    path: string,
    answer: AttemptAnswer,
    facts: ArrivalFacts,
  ): TransportResponse {
    let failure: unknown;
    try {
      return settle(request, path, answer, facts);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      report(request, number, answer, facts.durationMs, failure);
    }
  }

  /** Judges an answer; never returns one that is no success. */
  function settle(
    request: TransportRequest,
    path: string,
    answer: AttemptAnswer,
    { durationMs, receivedAt, secrets }: ArrivalFacts,
  ): TransportResponse {
    const serverDate = readDate(answer.headers['date']);
    // A cache that answers for the shop repeats the date of the answer it keeps.
    const evidence = cacheEvidence(answer.headers);
    if (serverDate !== null && evidence === undefined) clock.observe(serverDate);
    const said = { ...answer, text: redact(answer.text, secrets) };
    const proves = isSuccess(answer) || answer.status === 404;
    if (proves && request.mustBeFresh === true && evidence !== undefined) throw cachedAnswer(path, evidence);
    if (isSuccess(answer) && answer.flaw !== undefined) throw answer.flaw;
    const special = answer.flaw === undefined ? request.findError?.(said) : undefined;
    if (special !== undefined) throw special;
    if (!isSuccess(answer)) {
      const error = responseError(
        said,
        { method: request.method, path, url: request.url, durationMs },
        clock.shopNow(),
      );
      rememberPause(error);
      throw error;
    }
    return {
      status: answer.status,
      headers: answer.headers,
      ...(request.decode === 'text' ? { body: answer.text } : parseJson(answer, path)),
      bytes: answer.bytes,
      durationMs,
      receivedAt,
      serverDate,
    };
  }

  /** A wait that is longer than the policy's is left to the caller, who is told by the error. */
  function rememberPause(error: MagentoResponseError): void {
    const waitMs = error.retryAfterMs;
    if (error.retryable && waitMs !== null && waitMs <= retry.maxDelayMs) {
      pausedUntil = Math.max(pausedUntil, clock.now() + waitMs);
    }
  }

  function baseHeaders(request: TransportRequest): Record<string, string> {
    return {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'cache-control': 'no-cache, no-store, max-age=0',
      pragma: 'no-cache',
      'user-agent': options.userAgent,
      ...options.scopeHeaders,
      ...request.headers,
    };
  }

  function report(
    request: TransportRequest,
    number: number,
    answer: AttemptAnswer | undefined,
    durationMs: number,
    failure: unknown,
  ): void {
    try {
      options.onRequest?.({
        method: request.method,
        route: request.route,
        attempt: number,
        status: answer?.status ?? null,
        durationMs,
        bytes: answer?.bytes ?? 0,
        errorCode: failure instanceof MagentoError ? failure.code : failure === undefined ? null : 'aborted',
      });
    } catch {
      // A listener that fails must not fail the request it only watches.
    }
  }

  return { send };
}

/** How far an attempt got. */
interface Sent {
  headers: Record<string, string>;
  isAuthorized: boolean;
}

/** What is known of an answer when its last byte has come. */
interface ArrivalFacts {
  readonly durationMs: number;
  readonly receivedAt: Date;
  /** Texts that the answer may repeat and nobody may see. */
  readonly secrets: readonly string[];
}

function isSuccess({ status }: Pick<AttemptAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

function pathOf(request: TransportRequest): string {
  return request.shownPath ?? new URL(request.url).pathname;
}

function isRefusal(error: unknown): error is MagentoResponseError {
  // A login that a web server asks for is none that the strategy could renew.
  return (
    error instanceof MagentoResponseError && error.status === 401 && !(error instanceof GateRefusedError)
  );
}

function readDate(value: string | undefined): Date | null {
  const time = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(time) ? null : new Date(time);
}
