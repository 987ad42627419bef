import type { Pause } from '@magento-sync/db';
import { formatDuration } from '../config/duration.ts';

/** Kinds of work that ask the shop for records; the same words as in runs. */
export const workKinds = [
  'pull',
  'backfill',
  'sweep',
  'reconcile',
  'verify',
  'hints',
  'resync',
  'reference-data',
] as const;

/** One kind of work. */
export type WorkKind = (typeof workKinds)[number];

/** What can be paused: one kind of work on one entity. */
export interface Work {
  /** Name of the entity; `reference-data` for the kind of that name. */
  readonly entity: string;
  readonly kind: WorkKind;
}

/** Stands for every entity, or every kind of work, in a pause. */
export const everything = 'all';

/** The widest of the pauses that hold the work. */
export function pauseOf(pauses: readonly Pause[], { entity, kind }: Work): Pause | undefined {
  return pauses.find(
    (pause) =>
      (pause.entity === everything || pause.entity === entity) &&
      (pause.kind === everything || pause.kind === kind),
  );
}

/** What a pause holds, for example `All work`, `All work on orders`, `The sweep of orders` or `Every sweep`. */
export function subjectOf({ entity, kind }: Pick<Pause, 'entity' | 'kind'>): string {
  if (kind === everything) return entity === everything ? 'All work' : `All work on ${entity}`;
  if (kind === 'reference-data') return 'The read of reference data';
  if (kind === 'hints') return entity === everything ? 'Following hints' : `Following hints about ${entity}`;
  return entity === everything ? `Every ${kind}` : `The ${kind} of ${entity}`;
}

/** A pause, or a cancellation, in a sentence: what, by whom, since when, until when and why. */
export function pauseSentence(pause: Pause, now: Date): string {
  const { by, since, until, why } = pause;
  if (pause.cancelledRun !== null) {
    const ago = formatDuration(now.getTime() - since.getTime());
    return `${subjectOf(pause)} was cancelled by ${by} ${ago} ago and rests until somebody starts it or resumes it: ${why}`;
  }
  const end = until ? `until ${momentText(until)}` : 'until somebody resumes it';
  const age = formatDuration(now.getTime() - since.getTime());
  return `${subjectOf(pause)} is paused by ${by} since ${age}, ${end}: ${why}`;
}

/** A moment for people, to the minute. */
export function momentText(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Thrown instead of doing work that an operator has paused. */
export class PausedError extends Error {
  override readonly name = 'PausedError';
  readonly pause: Pause;

  constructor(pause: Pause, now: Date, cure = '') {
    super(`${pauseSentence(pause, now)}.${cure}`);
    this.pause = pause;
  }
}
