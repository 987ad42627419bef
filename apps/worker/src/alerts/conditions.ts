import type { Run } from '@magento-sync/db';
import { unverifiedToleranceMs } from '../attention.ts';
import { formatDuration } from '../config/duration.ts';
import { type CopiedState, type CopyState, warningsOf } from '../copy-state.ts';
import { momentText, pauseOf, subjectOf, type WorkKind } from '../operations/work.ts';
import { pullToleranceMs } from '../pull-check.ts';
import type { FailedSignIn } from '../sign-in.ts';
import { shopAway } from '../sync/run.ts';
import { type AlertIdentity, causesOf } from './rules.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Something a person should hear of, as it is now. */
export interface Condition extends AlertIdentity {
  /** One sentence; never with what a record holds, nor with words of the shop, which may quote one. */
  readonly summary: string;
  readonly cure: string;
  readonly values: Readonly<Record<string, number | string>>;
  /** The condition from which it follows: it is not told while that one holds. */
  readonly follows: AlertIdentity | null;
  /** Longer than the rule has it. */
  readonly forMs?: number;
}

/** Against what the state is held. */
export interface AlertLimits {
  readonly pullEveryMs: number;
  readonly sweepPeriodMs: number;
  readonly sweepAllPeriodMs: number;
  readonly reconcileEveryMs: number;
  readonly referenceDataEveryMs: number;
}

/** Entries of the feed that a consumer may be behind. */
const feedBehindEntries = 10_000;
/** A pause that lasts longer may have been forgotten. */
const longPauseMs = 24 * hourMs;
/** So many records of one entity that are set aside within a day are no accident; 50 end every run. */
const quarantinedADay = 10;
/** What failed while the shop was away has its next turn by then, after the shop is back. */
const afterOutageMs = 2 * hourMs;

type Found = Omit<Condition, 'follows'>;

/** What a process finds without looking at the copy. */
export type ProcessCondition = Found;

/** The conditions that hold now, each with the one from which it follows. */
export function findConditions(
  state: CopyState,
  failedSignIns: readonly FailedSignIn[],
  limits: AlertLimits,
  now: Date,
  ofProcess: readonly ProcessCondition[] = [],
): Condition[] {
  const found: Found[] = [
    ...ofProcess,
    ...failedSignIns.flatMap(signInRefused),
    ...shopUnreachable(state, limits),
    ...state.entities.flatMap((entity) => [
      ...pullOverdue(state, entity, limits),
      ...rowsNotCompared(state, entity, limits),
    ]),
    ...notLately(state, limits, now),
    ...state.latestEnded.flatMap(endedBadly),
    ...sidesDiffer(state),
    ...quarantine(state),
    ...quarantineGrows(state, now),
    ...shopWarnings(state),
    ...feedBehind(state),
    ...feedOverrun(state),
    ...pausedLong(state, now),
  ];
  return found.map((condition) => ({ ...condition, follows: causeOf(condition, found) }));
}

/** The first of what may cause a condition that holds too: causes of causes come first. */
function causeOf(condition: Found, found: readonly Found[]): AlertIdentity | null {
  for (const { name, subject } of causesOf(condition)) {
    const cause = found.find((each) => each.name === name && (subject ?? each.subject) === each.subject);
    if (cause) return { name: cause.name, subject: cause.subject };
  }
  return null;
}

/** The settings of a shop of the file cannot be used; `why` names the line. */
export function misconfigured(shop: string, why: string): ProcessCondition {
  return {
    name: 'Misconfigured',
    subject: shop,
    summary: `The settings of ${shop} cannot be used, and it is not worked for: ${oneLine(why)}`,
    cure: '"magento-sync shops check" says what is wrong, with its line; what is mended counts within seconds.',
    values: {},
  };
}

/** The file of shops was changed to something that cannot be used; `why` names the lines. */
export function configRefused(why: string): ProcessCondition {
  return {
    name: 'ConfigRefused',
    subject: 'shops.yaml',
    summary: `The file of shops is not taken, and what it said before stays in force: ${oneLine(why)}`,
    cure: '"magento-sync shops check" says what is wrong, with its line; what is mended counts within seconds.',
    values: {},
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function signInRefused({ account, says, at }: FailedSignIn): Found[] {
  // Without an answer it is an outage: overdue pulls tell it.
  if (says === null) return [];
  return [
    {
      name: 'SignInRefused',
      subject: account,
      summary: `The shop refuses the sign-in since ${momentText(at)}.`,
      cure: '"magento-sync doctor" says what the shop answers; after the cure "magento-sync sign-in" tries at once.',
      values: {},
    },
  ];
}

function isPaused(state: CopyState, entity: string, kind: WorkKind): boolean {
  return pauseOf(state.pauses, { entity, kind }) !== undefined;
}

function pullOverdue(
  state: CopyState,
  { entity, lagMs }: CopiedState,
  { pullEveryMs }: AlertLimits,
): Found[] {
  const limitMs = pullToleranceMs(pullEveryMs);
  if (lagMs === null || lagMs <= limitMs || isPaused(state, entity, 'pull')) return [];
  return [
    {
      name: 'PullOverdue',
      subject: entity,
      summary: `The last complete pull of ${entity} was ${formatDuration(lagMs)} ago.`,
      cure: '"magento-sync status" shows the last run and its reason; "magento-sync health" whether a daemon runs.',
      values: { lagSeconds: seconds(lagMs), limitSeconds: seconds(limitMs) },
    },
  ];
}

/** Overdue pulls of which the last one found the shop away: one alert for the shop, whatever else stands still. */
function shopUnreachable(state: CopyState, limits: AlertLimits): Found[] {
  const overdue = state.entities.filter(
    (entity) =>
      pullOverdue(state, entity, limits).length > 0 &&
      state.latestEnded.some(
        (run) => run.kind === 'pull' && run.entity === entity.entity && run.details['cause'] === shopAway,
      ),
  );
  if (overdue.length === 0) return [];
  const lagMs = Math.max(...overdue.map((entity) => entity.lagMs ?? 0));
  return [
    {
      name: 'ShopUnreachable',
      subject: 'shop',
      summary: `The shop does not answer: its last complete pull was ${formatDuration(lagMs)} ago.`,
      cure: '"magento-sync doctor" says where it fails: name, connection, certificate, web server or maintenance.',
      values: { lagSeconds: seconds(lagMs), limitSeconds: seconds(pullToleranceMs(limits.pullEveryMs)) },
    },
  ];
}

function rowsNotCompared(
  state: CopyState,
  { entity, oldestUnverified, isSweptSlowly }: CopiedState,
  { sweepPeriodMs, sweepAllPeriodMs }: AlertLimits,
): Found[] {
  const limitMs = unverifiedToleranceMs(isSweptSlowly ? sweepAllPeriodMs : sweepPeriodMs);
  const ageMs = oldestUnverified?.ageMs ?? null;
  if (ageMs === null || ageMs <= limitMs || isPaused(state, entity, 'sweep')) return [];
  return [
    {
      name: 'RowsNotCompared',
      subject: entity,
      summary: `A row of ${entity} was not compared with the shop for ${formatDuration(ageMs)}: sweeps fall behind, or fail.`,
      cure: '"magento-sync runs" shows the last sweeps; raise MAGENTO_REQUESTS_PER_SECOND or SWEEP_PERIOD.',
      values: { ageSeconds: seconds(ageMs), limitSeconds: seconds(limitMs) },
    },
  ];
}

/** What has succeeded before, and not for three periods. */
function notLately(state: CopyState, limits: AlertLimits, now: Date): Found[] {
  const watched = [
    {
      kind: 'reconcile',
      name: 'NoReconcile',
      everyMs: limits.reconcileEveryMs,
      does: 'looked for deletions',
    },
    {
      kind: 'reference-data',
      name: 'NoReferenceData',
      everyMs: limits.referenceDataEveryMs,
      does: 'read groups, stores and attributes',
    },
  ] as const;
  return watched.flatMap(({ kind, name, everyMs, does }) =>
    state.runTally.flatMap(({ entity, kind: tallied, status, lastFinishedAt }): Found[] => {
      if (tallied !== kind || status !== 'succeeded' || !lastFinishedAt || isPaused(state, entity, kind))
        return [];
      const ageMs = now.getTime() - lastFinishedAt.getTime();
      const limitMs = Math.max(3 * everyMs, 10 * minuteMs);
      if (ageMs <= limitMs) return [];
      const about = entity === kind ? '' : ` of ${entity}`;
      return [
        {
          name,
          subject: entity,
          summary: `Nothing${about} has ${does} for ${formatDuration(ageMs)}.`,
          cure: `"magento-sync runs" shows the last ${kind} and its reason, which names the cure.`,
          values: { ageSeconds: seconds(ageMs), limitSeconds: seconds(limitMs) },
        },
      ];
    }),
  );
}

function endedBadly({ id, entity, kind, status, reason, details }: Run): Found[] {
  if (status === 'succeeded' || status === 'interrupted' || status === 'cancelled') return [];
  const what = entity === kind ? kind : `${kind} of ${entity}`;
  const subject = `${kind} ${entity}`;
  // The only cure of the brake is a person, and its sentence is ours alone.
  if (reason?.includes('--allow-share')) {
    return [
      {
        name: 'BrakeHolds',
        subject,
        summary: `The ${what} would mark more records deleted than RECONCILE_MAX_SHARE allows, and waits for a person.`,
        cure: `"magento-sync runs show ${id}" says how many and how to agree; look first whether the role still sees all.`,
        values: { run: id },
      },
    ];
  }
  return [
    {
      name: 'RunsFail',
      subject,
      summary: `The last ${what} ${status === 'failed' ? 'failed' : 'is incomplete'}.`,
      cure: `"magento-sync runs show ${id}" says why and what to do.`,
      values: { run: id, ...(details['cause'] === shopAway ? { cause: shopAway } : {}) },
      ...(details['cause'] === shopAway ? { forMs: afterOutageMs } : {}),
    },
  ];
}

function sidesDiffer({ latestRuns }: CopyState): Found[] {
  return latestRuns.flatMap(({ id, kind, entity, details }) => {
    const { differences } = details;
    if (kind !== 'verify' || typeof differences !== 'number' || differences === 0) return [];
    return [
      {
        name: 'SidesDiffer' as const,
        subject: entity,
        summary: `${differences} ${entity} differed at the end of the last verification.`,
        cure: `"magento-sync verify ${entity} --repair" writes what the shop shows.`,
        values: { differences, run: id },
      },
    ];
  });
}

function quarantine({ entities, quarantine: entries }: CopyState): Found[] {
  return entities.flatMap(({ entity }) => {
    const records = entries.filter((entry) => entry.entity === entity).length;
    if (records === 0) return [];
    return [
      {
        name: 'Quarantine' as const,
        subject: entity,
        summary: `${records} ${entity} are set aside: the shop cannot serve or list them.`,
        cure: '"magento-sync quarantine list" says which and why; give the report ids to the developers of the shop.',
        values: { records },
      },
    ];
  });
}

function quarantineGrows({ entities, quarantine: entries }: CopyState, now: Date): Found[] {
  return entities.flatMap(({ entity }) => {
    const ofEntity = entries.filter((entry) => entry.entity === entity);
    const fresh = ofEntity.filter(
      ({ firstFailedAt }) => now.getTime() - firstFailedAt.getTime() < 24 * hourMs,
    ).length;
    if (fresh < quarantinedADay) return [];
    return [
      {
        name: 'QuarantineGrows' as const,
        subject: entity,
        summary: `${fresh} ${entity} were set aside within a day; more than 50 end every run.`,
        cure: '"magento-sync quarantine list" says why; look what the shop has deployed since the first of them.',
        values: { fresh, records: ofEntity.length },
      },
    ];
  });
}

function shopWarnings({ capabilities }: CopyState): Found[] {
  return [...warningsOf(capabilities)].map(([warning]) => ({
    name: 'Warning' as const,
    subject: warning,
    summary: `The shop raises a doubt: ${warning.replaceAll('-', ' ')}.`,
    cure: '"magento-sync status" says it in full, and what to do.',
    values: {},
  }));
}

function feedBehind({ consumers }: CopyState): Found[] {
  return consumers
    .filter(({ behind }) => behind > feedBehindEntries)
    .map(({ consumer, behind }) => ({
      name: 'FeedBehind' as const,
      subject: consumer,
      summary: `${consumer} is ${behind} entries of the feed behind.`,
      cure: 'Look after the consumer: entries older than CHANGE_FEED_KEPT are lost for it.',
      values: { behind, limit: feedBehindEntries },
    }));
}

function feedOverrun({ consumers }: CopyState): Found[] {
  return consumers
    .filter(({ missed }) => missed)
    .map(({ consumer, behind }) => ({
      name: 'FeedOverrun' as const,
      subject: consumer,
      summary: `Entries of the feed that ${consumer} had not read are deleted: it has missed changes.`,
      cure: `"magento-sync changes --consumer ${consumer}" names the command that goes on; read the tables once after it.`,
      values: { behind },
    }));
}

function pausedLong({ pauses }: CopyState, now: Date): Found[] {
  return pauses
    .filter(({ since }) => now.getTime() - since.getTime() > longPauseMs)
    .map((pause) => {
      const forMs = now.getTime() - pause.since.getTime();
      return {
        name: 'PausedLong' as const,
        subject: `${pause.entity} ${pause.kind}`,
        summary: `${subjectOf(pause)} is paused for ${formatDuration(forMs)}, by ${pause.by}.`,
        cure: '"magento-sync resume" lets it go on.',
        values: { pausedSeconds: seconds(forMs) },
      };
    });
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
