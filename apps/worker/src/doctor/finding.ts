/** What one check found. */
export interface Finding {
  /** What was looked at, e.g. `queue`. */
  readonly check: string;
  /** `skipped` when another problem has to be cured first. */
  readonly outcome: 'ok' | 'problem' | 'skipped';
  /** What was seen, with the cure when it is a problem; never a secret. */
  readonly detail: string;
}

/** A check that found nothing wrong. */
export function ok(check: string, detail: string): Finding {
  return { check, outcome: 'ok', detail };
}

/** A check that found something to cure; `detail` says how. */
export function problem(check: string, detail: string): Finding {
  return { check, outcome: 'problem', detail };
}

/** A check that could not be made yet. */
export function skipped(check: string, detail: string): Finding {
  return { check, outcome: 'skipped', detail };
}
