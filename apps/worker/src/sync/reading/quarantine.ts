import { ServerFault, UnexpectedPayloadError } from '@magento-sync/magento-client';
import type { EntityDescriptor, PageCommit } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import type { HiddenOutcome } from './settle-hidden.ts';
import { TooManyUnservableError } from './too-many-unservable-error.ts';

/**
 * More ids than these are never set aside: a page cannot name many ids that it leaves out without growing too long for
 * web servers, and so many broken records are not single rows but a broken module.
 */
export const mostQuarantined = 50;

/** The status kept for a record whose lists fail, or hide it, while its own route works. */
const servedSingly = 200;
const leftOut = 'left out of lists and read by its id at every run';
const firstRetryMs = 5 * 60_000;
const longestRetryMs = 24 * 3_600_000;

/** The ids of an entity that the shop cannot list, as one run knows them. */
export interface Quarantine {
  /** Ids to leave out of lists; grows while the run meets more. */
  readonly ids: ReadonlySet<number>;
  /** Those of them that the shop serves by their own route. */
  readonly servedSingly: ReadonlySet<number>;
  /** Whether the shop answers a list at all, proven by one that finds nothing. */
  answers(): Promise<boolean>;
  /**
   * Looks for the row behind a failed list and sets it aside; false when there is none, so that asking again may help.
   *
   * Throws the error itself when it is about no single row.
   */
  blame(error: unknown, locate: () => Promise<number | undefined>): Promise<boolean>;
  /** Sets an id aside whose own route failed. */
  add(id: number, fault: ServerFault): Promise<void>;
  /** Reads a row that lists count and do not show, by its id, and sets it aside. */
  readHidden(id: number): Promise<HiddenOutcome>;
}

/** Which ids a run tries again: those that are due, or all, where everything is to be compared. */
export type QuarantineRetry = 'due' | 'all';

/**
 * Opens the quarantine for a run: tries ids again, and reads those again that the shop serves singly.
 *
 * Magento: releases 2.4.0 to 2.4.2 fail a whole list over a customer with two newsletter rows and serve it by its id.
 */
export async function openQuarantine(
  context: SyncContext,
  entity: EntityDescriptor,
  account: Pick<PageCommit, 'runId' | 'cause'>,
  signal: AbortSignal,
  retries: QuarantineRetry = 'due',
): Promise<Quarantine> {
  const { quarantine: stored } = context.store;
  const entries = await stored.list(context.shop, { entity: entity.name });
  const attempts = new Map(entries.map(({ id, attempts: made }) => [id, made]));
  const ids = new Set(attempts.keys());
  const singly = new Set(entries.filter(isServedSingly).map(({ id }) => id));

  async function answers(): Promise<boolean> {
    return !(await failsOverRows(entity.count(context, signal, { afterId: -1, upToId: 0 })));
  }

  /** Asked of the store, because ranges of a backfill are read side by side and each knows only its own. */
  async function hasRoomFor(id: number): Promise<boolean> {
    if (ids.has(id)) return true;
    return (await stored.list(context.shop, { entity: entity.name })).length < mostQuarantined;
  }

  async function setAside(
    id: number,
    { httpStatus, reason, reportId }: { httpStatus: number; reason: string; reportId: string | null },
  ): Promise<void> {
    const made = attempts.get(id) ?? 0;
    await stored.add({
      shop: context.shop,
      entity: entity.name,
      id,
      reason,
      httpStatus,
      reportId,
      runId: account.runId,
      nextAttemptAt: new Date(
        context.clock.now().getTime() + Math.min(longestRetryMs, firstRetryMs * 2 ** made),
      ),
    });
    attempts.set(id, made + 1);
    if (!ids.has(id)) context.log.warn({ entity: entity.name, id, reportId }, reason);
    ids.add(id);
    if (httpStatus === servedSingly) singly.add(id);
    else singly.delete(id);
  }

  async function release(id: number): Promise<void> {
    await stored.resolve(context.shop, entity.name, [id]);
    attempts.delete(id);
    ids.delete(id);
    singly.delete(id);
  }

  async function setAsideFor(id: number, fault: ServerFault, status: number, reason: string): Promise<void> {
    if (!(await hasRoomFor(id))) throw new TooManyUnservableError(entity.name, id, fault);
    await setAside(id, { httpStatus: status, reason, reportId: fault.reportId });
  }

  const add = (id: number, fault: ServerFault) =>
    setAsideFor(id, fault, fault.status, `the shop cannot serve it: ${fault.message}`);

  /** Asks for a record that lists fail over by its own route; true when it is set aside. */
  async function examine(id: number, fault: ServerFault): Promise<boolean> {
    try {
      if (await entity.readSingly(context, id, account, signal)) {
        await setAsideFor(
          id,
          fault,
          servedSingly,
          `lists with it fail (${fault.status}), by its id it is served: ${leftOut}`,
        );
        return true;
      }
      await release(id);
      return false;
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
      await add(id, error);
      return true;
    }
  }

  /** Asks for a record that lists count and do not show by its own route. */
  async function examineHidden(id: number): Promise<HiddenOutcome> {
    try {
      if (!(await entity.readSingly(context, id, account, signal))) {
        await release(id);
        return 'denied';
      }
    } catch (error) {
      if (!(error instanceof ServerFault) || !(await answers())) throw error;
      await add(id, error);
      return 'set aside';
    }
    if (!(await hasRoomFor(id))) return 'too many';
    const reason = `lists count it and do not show it, by its id it is served: ${leftOut}`;
    await setAside(id, { httpStatus: servedSingly, reason, reportId: null });
    return 'set aside';
  }

  async function readHidden(id: number): Promise<HiddenOutcome> {
    try {
      const { outcome, gone } = await entity.reread(context, [id], account, signal);
      if (outcome.inserted + outcome.updated + outcome.unchanged + outcome.stale > 0) return 'shown';
      return gone.length > 0 ? 'gone' : 'unlisted';
    } catch (error) {
      // A list of one that shows none and counts one.
      if (error instanceof UnexpectedPayloadError) return examineHidden(id);
      if (!(error instanceof ServerFault) || !(await answers())) throw error;
      return (await examine(id, error)) ? 'set aside' : 'gone';
    }
  }

  /** Tries a due id by a list; whether the shop is well enough to try the next one. */
  async function retry(id: number): Promise<boolean> {
    try {
      await entity.reread(context, [id], account, signal);
      await release(id);
      return true;
    } catch (error) {
      if (error instanceof UnexpectedPayloadError) {
        await examineHidden(id);
        return true;
      }
      if (!(error instanceof ServerFault)) throw error;
      if (!(await answers())) return false;
      await examine(id, error);
      return true;
    }
  }

  async function readAgain(id: number): Promise<void> {
    if (!(await entity.readSingly(context, id, account, signal))) await release(id);
  }

  const now = context.clock.now();
  for (const { id, httpStatus, nextAttemptAt } of entries) {
    if (retries === 'all' || nextAttemptAt <= now) {
      if (!(await retry(id))) break;
    } else if (httpStatus === servedSingly && account.cause !== 'backfill') {
      // A failure here is found out, and dealt with, when the id is due.
      await failsOverRows(readAgain(id));
    }
  }

  return {
    ids,
    servedSingly: singly,
    answers,
    add,
    readHidden,
    async blame(error, locate) {
      if (!(error instanceof ServerFault) || !(await answers())) throw error;
      const id = await locate();
      return id !== undefined && (await examine(id, error));
    },
  };
}

function isServedSingly({ httpStatus }: { readonly httpStatus: number | null }): boolean {
  return httpStatus === servedSingly;
}

/** Whether the shop fails over what it was asked for; any other error is thrown. */
export async function failsOverRows(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return false;
  } catch (error) {
    if (error instanceof ServerFault) return true;
    throw error;
  }
}
