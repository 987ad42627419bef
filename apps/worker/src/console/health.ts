import { formatDuration } from '../config/duration.ts';
import type { CopyState } from '../copy-state.ts';
import { pullToleranceMs } from '../pull-check.ts';
import type { FailedSignIn } from '../sign-in.ts';
import { hasOnlyGapsLeft } from '../sync-state.ts';
import { counted, entityTitle } from './words.ts';

/** How a shop stands, whatever runs at the moment; in the order of what needs a person most. */
export const healths = {
  misconfigured: { symbol: '✕', word: 'Misconfigured', tone: 'bad' },
  'not-syncing': { symbol: '✕', word: 'Not syncing', tone: 'bad' },
  'needs-person': { symbol: '✕', word: 'Needs a person', tone: 'bad' },
  late: { symbol: '!', word: 'Late', tone: 'warn' },
  incomplete: { symbol: '!', word: 'Incomplete', tone: 'warn' },
  unknown: { symbol: '?', word: 'Unknown', tone: 'muted' },
  filling: { symbol: '◔', word: 'Filling', tone: 'busy' },
  paused: { symbol: '‖', word: 'Paused', tone: 'paused' },
  fresh: { symbol: '✓', word: 'Fresh', tone: 'ok' },
} as const;

/** Name of a health. */
export type HealthName = keyof typeof healths;

/** The health of a shop in one sentence. */
export interface Health {
  readonly name: HealthName;
  readonly sentence: string;
}

/** What the health is judged by. */
export interface JudgedFacts {
  /** Why this process does not work for the shop; `null` while it does. */
  readonly trouble: { readonly sentence: string; readonly isMisconfigured: boolean } | null;
  readonly copy: CopyState;
  readonly failedSignIns: readonly FailedSignIn[];
  /** What a person should look at, one sentence each. */
  readonly attention: readonly string[];
  readonly pullEveryMs: number;
  /** When a daemon last gave a sign of life; `null` when none ever did. */
  readonly daemonSeenAt: Date | null;
  /** Whether pulls of every entity are paused, or something else; `null` when nothing is. */
  readonly paused: { readonly sentence: string; readonly whole: boolean } | null;
}

/** Sooner than that nobody needs to hear of it, however often pulls are wanted. */
const leastLateMs = 60_000;
/** A daemon notes how a shop stands once a minute. */
const daemonSilentMs = 3 * 60_000;

/** Judges finished runs and ages only: a repair under way makes nothing green, an attempt that goes on nothing red. */
export function judge(facts: JudgedFacts, now: Date): Health {
  const { paused } = facts;
  const unpaused = judgeUnpaused(facts, now);
  // While the rest goes on, what is wrong with that matters more than a part that is paused.
  if (!paused || (!paused.whole && unpaused.name !== 'fresh')) return unpaused;
  const beneath = unpaused.name === 'fresh' ? '' : ` ${unpaused.sentence}`;
  return { name: 'paused', sentence: `${paused.sentence}${beneath}` };
}

function judgeUnpaused(facts: JudgedFacts, now: Date): Health {
  const { trouble, copy, failedSignIns, attention, pullEveryMs, daemonSeenAt } = facts;
  if (trouble !== null) {
    return { name: trouble.isMisconfigured ? 'misconfigured' : 'not-syncing', sentence: trouble.sentence };
  }
  const closed = failedSignIns.find(({ retryAt }) => retryAt !== null);
  if (closed) return { name: 'not-syncing', sentence: closed.sentence };
  const filled = copy.entities.filter(({ backfill }) => backfill?.completedAt || hasOnlyGapsLeft(backfill));
  const slowest = filled.toSorted((one, other) => (other.lagMs ?? 0) - (one.lagMs ?? 0))[0];
  const lagMs = slowest?.lagMs ?? null;
  const silent = daemonSilence(daemonSeenAt, now);
  if (slowest && lagMs !== null && lagMs > pullToleranceMs(pullEveryMs)) {
    const since = `No complete pull of ${entityTitle(slowest.entity)} for ${formatDuration(lagMs)}.`;
    return { name: 'not-syncing', sentence: silent === null ? since : `${since} ${silent}` };
  }
  const person = needsPerson(copy);
  if (person) return { name: 'needs-person', sentence: person };
  if (slowest && lagMs !== null && lagMs > Math.max(2 * pullEveryMs, leastLateMs)) {
    const every = formatDuration(pullEveryMs);
    return { name: 'late', sentence: `Last pull ${formatDuration(lagMs)} ago; expected every ${every}.` };
  }
  if (silent !== null) return { name: 'unknown', sentence: silent };
  const filling = copy.entities.filter((entity) => !filled.includes(entity));
  if (filling.length > 0) {
    const names = filling.map(({ entity }) => entityTitle(entity)).join(', ');
    return { name: 'filling', sentence: `The first backfill of ${names} is not complete.` };
  }
  const [first, ...more] = attention;
  if (first !== undefined) {
    return { name: 'incomplete', sentence: more.length > 0 ? `${first} And ${more.length} more.` : first };
  }
  return { name: 'fresh', sentence: freshSentence(copy, lagMs) };
}

function daemonSilence(seenAt: Date | null, now: Date): string | null {
  if (seenAt === null) return 'No worker has reported yet: start "magento-sync daemon".';
  const silentMs = now.getTime() - seenAt.getTime();
  if (silentMs <= daemonSilentMs) return null;
  return `No worker has reported for ${formatDuration(silentMs)}. Is the daemon running? What follows is from then.`;
}

/** What goes on wrong until somebody decides: a brake that holds, both sides found different, work given up. */
function needsPerson({ latestEnded }: CopyState): string | null {
  for (const { id, entity, kind, status, reason, details } of latestEnded) {
    const differs = typeof details['differences'] === 'number' && details['differences'] > 0;
    if (kind === 'verify' && differs) {
      const found = counted(Number(details['differences']), 'difference');
      return `verify found ${found} in ${entityTitle(entity)} (run ${id}); "magento-sync verify --repair" writes them.`;
    }
    const held =
      kind === 'reconcile' && status === 'incomplete' && (reason ?? '').includes('may vanish at once');
    if (held) return `${reason ?? ''}`;
    if (kind === 'backfill' && status === 'failed')
      return `The backfill of ${entityTitle(entity)} failed: ${reason ?? ''}`;
  }
  return null;
}

function freshSentence({ oldestUnverified }: CopyState, lagMs: number | null): string {
  const pulled = lagMs === null ? '' : `Last pull ${formatDuration(lagMs)} ago.`;
  if (!oldestUnverified || oldestUnverified.ageMs === null) return pulled;
  return `${pulled} Every row compared within ${formatDuration(oldestUnverified.ageMs)}.`;
}
