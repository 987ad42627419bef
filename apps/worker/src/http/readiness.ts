import { withinMs } from '../time-limit.ts';

/** Whether the worker does its work, and if not, which part of it fails. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
  /** How each of several shops stands; the worker may be ready nevertheless. */
  readonly shops?: Readonly<Record<string, string>>;
}

/** One check: resolves with `ok` or a word about its state, rejects when it fails. */
export type Check = () => Promise<string>;

/** Whoever asks waits two seconds at most. */
const checkTimeoutMs = 1_500;

/** Runs all checks at once; one that hangs counts as failed. */
export async function checkReadiness(checks: Readonly<Record<string, Check>>): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return { name, ok: true, text: await inTime(check()) };
      } catch (error) {
        return { name, ok: false, text: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  return {
    ready: results.every(({ ok }) => ok),
    checks: Object.fromEntries(results.map(({ name, text }) => [name, text])),
  };
}

async function inTime(check: Promise<string>): Promise<string> {
  if (!(await withinMs(check, checkTimeoutMs))) throw new Error('no answer in time');
  return check;
}

/** The same check, asked again only when its last answer is so old. */
export function keptFor(ms: number, check: Check): Check {
  let answer: Promise<string> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (!answer || performance.now() - askedAt >= ms) {
      askedAt = performance.now();
      answer = check();
    }
    return answer;
  };
}
