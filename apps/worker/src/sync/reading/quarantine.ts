import type { MagentoError } from '@magento-sync/magento-client';
import type { EntityDescriptor, PageCommit } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import {
  answersWithoutRows,
  breaksOverRows,
  isAboutMissingRows,
  mayBeAboutARow,
  TooManyBrokenRecordsError,
  traceOf,
  troubleText,
} from './broken-answers.ts';
import type { HiddenOutcome } from './hidden-rows.ts';

/**
 * More ids than these are never set aside: a page cannot name many ids that it leaves out without growing too long for
 * web servers, and so many broken records are not single rows but a broken module.
 */
export const mostQuarantined = 50;

/** The status kept for a record whose lists break over it, or hide it, while its own route works. */
const servedSingly = 200;
const servedByItsId = 'left out of lists and read by its id at every run.';
const unreadable = 'neither lists with it nor its own answer can be used.';
const firstRetryMs = 5 * 60_000;
const longestRetryMs = 24 * 3_600_000;

type ServedHow = 'served singly' | 'unreadable';

/** The ids of an entity that the shop cannot list, as one run knows them. */
export interface Quarantine {
  /** Ids to leave out of lists; grows while the run meets more. */
  readonly ids: ReadonlySet<number>;
  /** Those of them that the shop serves by their own route. */
  readonly servedSingly: ReadonlySet<number>;
  /** Throws the error unless it may be about rows, and the shop answers otherwise. */
  suspectRows(error: unknown): Promise<void>;
  /**
   * Looks for the row over which a list breaks and sets it aside; false when there is none, so that asking again may help.
   *
   * Throws the error itself when it is about no single row.
   */
  setAsideBroken(error: unknown, locate: () => Promise<number | undefined>): Promise<boolean>;
  /** Sets an id aside whose own answer breaks; throws its error when that is about no single row. */
  add(id: number, error: MagentoError): Promise<void>;
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

  let isOpen = false;

  const answers = () => answersWithoutRows(context, entity, signal);

  /** Asked of the store, because ranges of a backfill are read side by side and each knows only its own. */
  async function hasRoomFor(id: number): Promise<boolean> {
    if (ids.has(id)) return true;
    return (await stored.list(context.shop, { entity: entity.name })).length < mostQuarantined;
  }

  async function setAside(id: number, error: MagentoError, how: ServedHow): Promise<void> {
    const made = attempts.get(id) ?? 0;
    const { httpStatus, reportId } = traceOf(error);
    const reason = `${how === 'served singly' ? servedByItsId : unreadable} ${troubleText(error)}`;
    await stored.add({
      shop: context.shop,
      entity: entity.name,
      id,
      reason,
      httpStatus: how === 'served singly' ? servedSingly : httpStatus,
      reportId,
      runId: account.runId,
      nextAttemptAt: new Date(
        context.clock.now().getTime() + Math.min(longestRetryMs, firstRetryMs * 2 ** made),
      ),
    });
    attempts.set(id, made + 1);
    if (!ids.has(id)) {
      context.log.warn({ entity: entity.name, id, reportId }, `${entity.name} ${id} is set aside: ${reason}`);
    }
    ids.add(id);
    if (how === 'served singly') singly.add(id);
    else singly.delete(id);
    if (isOpen) await noteSkipped();
  }

  /** A backfill is one run of many ranges, each of which knows what it has met itself and what was known before. */
  async function noteSkipped(): Promise<void> {
    const all = await stored.list(context.shop, { entity: entity.name });
    await context.store.runs.noteSkipped(
      account.runId,
      all.map(({ id }) => id),
    );
  }

  async function release(id: number): Promise<void> {
    await stored.resolve(context.shop, entity.name, [id]);
    attempts.delete(id);
    ids.delete(id);
    singly.delete(id);
  }

  async function setAsideIfRoom(id: number, error: MagentoError, how: ServedHow): Promise<void> {
    if (!(await hasRoomFor(id))) {
      const what = `One more of the ${entity.name} (id ${id}) breaks the shop's answers than can be set aside`;
      throw new TooManyBrokenRecordsError(what, error);
    }
    await setAside(id, error, how);
  }

  async function add(id: number, error: MagentoError): Promise<void> {
    // The trouble may have become one of the whole shop meanwhile.
    if (!(await answers())) throw error;
    await setAsideIfRoom(id, error, 'unreadable');
  }

  /** Asks for a record that lists break over, or count and do not show, by its own route. */
  async function examine(id: number, error: MagentoError): Promise<HiddenOutcome> {
    try {
      if (!(await entity.readSingly(context, id, account, signal))) {
        await release(id);
        return isAboutMissingRows(error) ? 'denied' : 'gone';
      }
    } catch (ownError) {
      if (!mayBeAboutARow(ownError)) throw ownError;
      await add(id, ownError);
      return 'set aside';
    }
    // A hidden row stays a gap of the walk that looked for it; one over which lists break stops every walk.
    if (isAboutMissingRows(error) && !(await hasRoomFor(id))) return 'too many';
    await setAsideIfRoom(id, error, 'served singly');
    return 'set aside';
  }

  async function readHidden(id: number): Promise<HiddenOutcome> {
    try {
      const { outcome, gone } = await entity.reread(context, [id], account, signal);
      if (outcome.inserted + outcome.updated + outcome.unchanged + outcome.stale > 0) return 'shown';
      return gone.length > 0 ? 'gone' : 'unlisted';
    } catch (error) {
      if (!mayBeAboutARow(error)) throw error;
      if (!isAboutMissingRows(error) && !(await answers())) throw error;
      return examine(id, error);
    }
  }

  /** Tries a due id by a list; whether the shop is well enough to try the next one. */
  async function retry(id: number): Promise<boolean> {
    try {
      const outcome = await readHidden(id);
      if (outcome === 'shown' || outcome === 'gone' || outcome === 'unlisted') await release(id);
      return true;
    } catch (error) {
      if (!mayBeAboutARow(error)) throw error;
      return false;
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
      await breaksOverRows(readAgain(id));
    }
  }

  isOpen = true;
  if (ids.size > 0) await noteSkipped();
  return {
    ids,
    servedSingly: singly,
    add,
    readHidden,
    async suspectRows(error) {
      if (!mayBeAboutARow(error) || !(await answers())) throw error;
    },
    async setAsideBroken(error, locate) {
      if (!mayBeAboutARow(error) || !(await answers())) throw error;
      const id = await locate();
      return id !== undefined && (await examine(id, error)) === 'set aside';
    },
  };
}

function isServedSingly({ httpStatus }: { readonly httpStatus: number | null }): boolean {
  return httpStatus === servedSingly;
}
