import type { IdSpan } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { KeysetPage, SourceRecord } from '@magento-sync/magento-client';
import type { PageOutcome, SyncContext } from '../ports.ts';
import { pageSizeOf } from '../reading/index.ts';
import { compareRecords } from './compare-records.ts';
import { contentHash } from './content-hash.ts';
import type { EntityPage, PageCommit } from './entity.ts';
import { toSentRecord } from './sent-record.ts';

/**
 * A page of records that knows how to write itself.
 *
 * With a `span` it holds every record that the shop shows of those ids, which are remembered as verified.
 */
export function entityPage<Next>(
  context: SyncContext,
  entity: Entity,
  page: KeysetPage<SourceRecord, Next>,
  signal: AbortSignal,
  span?: IdSpan,
): EntityPage<Next> {
  return {
    size: page.items.length,
    totalCount: page.totalCount,
    shopDate: page.serverDate,
    durationMs: page.durationMs,
    bytes: page.bytes,
    stamps: page.items.map(({ updatedAt }) => updatedAt),
    next: page.next,
    last: page.last,
    ids: page.items.map(({ id }) => id),
    compare: () => compareRecords(context, entity, page.items, page.receivedAt, span),
    hashes: () => new Map(page.items.map(({ id, raw }) => [id, contentHash(raw, entity)])),
    async write({ runId, cause, checkpoint }) {
      const written = await writeRecords(context, entity, {
        runId,
        cause,
        ...page,
        ...(checkpoint ? { checkpoint } : {}),
        span,
      });
      if (written.staleIds.length === 0) return written;
      const account = { runId, cause };
      return withReread(written, await rereadStale(context, entity, written.staleIds, account, signal));
    },
  };
}

interface RecordsToWrite extends Omit<PageCommit, 'checkpoint'> {
  readonly items: readonly SourceRecord[];
  readonly receivedAt: Date;
  readonly checkpoint?: PageCommit['checkpoint'];
  readonly acceptOlder?: boolean;
  readonly rewrite?: boolean;
  readonly span?: IdSpan | undefined;
}

/** Writes records as one page, warns about values that fit no column, and tells what became of the rows. */
export async function writeRecords(
  context: SyncContext,
  entity: Entity,
  { runId, cause, items, receivedAt, checkpoint, acceptOlder, rewrite, span }: RecordsToWrite,
) {
  const outcome = await context.store.copyOf(entity).writePage({
    shop: context.shop,
    runId,
    cause,
    readAt: receivedAt,
    records: items.map((record) => toSentRecord(entity, record)),
    verified: true,
    ...(checkpoint ? { checkpoint } : {}),
    ...(acceptOlder ? { acceptOlder } : {}),
    ...(rewrite ? { rewrite } : {}),
    ...(span ? { span } : {}),
  });
  const readIds = new Set(outcome.read.map(({ id }) => id));
  const read = items.filter(({ id }) => readIds.has(id));
  await seeReferences(context, entity, read);
  const adjustments = [...read.flatMap((record) => record.adjustments), ...outcome.adjustments];
  if (adjustments.length > 0) {
    const some = adjustments.slice(0, mostAdjustmentsShown);
    context.log.warn(
      { entity: entity.name, count: adjustments.length, adjustments: some },
      'some values fit no column; they are kept in "raw" alone',
    );
  }
  return outcome;
}

const mostAdjustmentsShown = 20;

/** Tells the reference data that records point to, and their custom attributes, to whoever watches for new ones. */
async function seeReferences(
  { referenceWatch }: SyncContext,
  { table, attributes }: Entity,
  items: readonly SourceRecord[],
): Promise<void> {
  if (!referenceWatch) return;
  const codes = new Set<string>();
  const ids: Record<string, Set<number>> = {};
  for (const [name, { kind, pointsTo }] of Object.entries(table.columns)) {
    if (kind === 'attributes' && attributes !== null) {
      for (const { row } of items) for (const code of Object.keys(row[name] ?? {})) codes.add(code);
    }
    if (!pointsTo) continue;
    const met = (ids[pointsTo] ??= new Set());
    for (const { row } of items) if (typeof row[name] === 'number') met.add(row[name]);
  }
  await referenceWatch.see({
    attributes: [...codes],
    ...(attributes ? { attributesOf: attributes.of } : {}),
    ids: Object.fromEntries(Object.entries(ids).map(([kind, met]) => [kind, [...met]])),
  });
}

/**
 * Reads rows again that look older than the copy, and lets this later read win.
 *
 * Either another reader was quicker, then nothing changes; or the copy carries a stamp from the future, which a clock
 * that ran ahead has left behind and which no later change would ever pass.
 */
async function rereadStale(
  context: SyncContext,
  entity: Entity,
  ids: readonly number[],
  account: Pick<PageCommit, 'runId' | 'cause'>,
  signal: AbortSignal,
): Promise<PageOutcome> {
  const { items, receivedAt } = await readByIds(context, entity, ids, signal);
  return writeRecords(context, entity, { ...account, items, receivedAt, acceptOlder: true });
}

/** A row that was read twice counts once, with what the second read did. */
function withReread(written: PageOutcome, reread: PageOutcome): PageOutcome {
  const { inserted, updated, unchanged, rangeEnd } = written;
  return {
    ...(rangeEnd === undefined ? {} : { rangeEnd }),
    inserted,
    updated: updated + reread.updated,
    unchanged: unchanged + reread.unchanged,
    stale: reread.stale,
  };
}

/** Reads records by their ids from the list; those that it does not show are left out. */
export async function readByIds(
  context: SyncContext,
  entity: Entity,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<{ items: SourceRecord[]; receivedAt: Date }> {
  const pageSize = pageSizeOf(context, entity.name);
  const items: SourceRecord[] = [];
  let receivedAt: Date | undefined;
  for await (const page of context.magento.records(entity).pagesByIds(ids, { pageSize, signal })) {
    items.push(...page.items);
    receivedAt ??= page.receivedAt;
  }
  return { items, receivedAt: receivedAt ?? context.clock.now() };
}
