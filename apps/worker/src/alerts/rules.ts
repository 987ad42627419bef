import { shopAway } from '../sync/run.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How bad an alert is, and for how long its condition has to hold before anybody is told. */
interface AlertRule {
  readonly severity: 'critical' | 'warning';
  readonly forMs: number;
}

/**
 * Every alert by name; docs/operations.md has a runbook for each.
 *
 * The names and limits are those of docs/prometheus-alerts.yml, without its prefix, where both know the same.
 */
export const alertRules = {
  Misconfigured: { severity: 'critical', forMs: 2 * minuteMs },
  ConfigRefused: { severity: 'warning', forMs: 2 * minuteMs },
  SignInRefused: { severity: 'critical', forMs: 0 },
  ShopUnreachable: { severity: 'critical', forMs: 5 * minuteMs },
  PullOverdue: { severity: 'critical', forMs: 5 * minuteMs },
  BrakeHolds: { severity: 'critical', forMs: 0 },
  RunsFail: { severity: 'warning', forMs: 30 * minuteMs },
  RowsNotCompared: { severity: 'warning', forMs: hourMs },
  NoReconcile: { severity: 'warning', forMs: 10 * minuteMs },
  NoReferenceData: { severity: 'warning', forMs: 10 * minuteMs },
  SidesDiffer: { severity: 'warning', forMs: 0 },
  Quarantine: { severity: 'warning', forMs: hourMs },
  QuarantineGrows: { severity: 'warning', forMs: 5 * minuteMs },
  Warning: { severity: 'warning', forMs: 10 * minuteMs },
  FeedBehind: { severity: 'warning', forMs: hourMs },
  FeedOverrun: { severity: 'critical', forMs: 0 },
  PausedLong: { severity: 'warning', forMs: 0 },
} as const satisfies Record<string, AlertRule>;

/** Name of an alert. */
export type AlertName = keyof typeof alertRules;

/** What makes two conditions the same alert, whatever they say. */
export interface AlertIdentity {
  readonly name: AlertName;
  /** What it is about, e.g. an entity. */
  readonly subject: string;
}

/** What a condition may follow from; without a subject from any alert of that name. */
export function causesOf({
  name,
  subject,
  values,
}: AlertIdentity & { readonly values: Readonly<Record<string, unknown>> }): {
  name: AlertName;
  subject?: string;
}[] {
  const shopIsAway = { name: 'ShopUnreachable' } as const;
  const refused: { name: AlertName }[] = [{ name: 'Misconfigured' }, { name: 'SignInRefused' }];
  switch (name) {
    case 'ShopUnreachable':
    case 'BrakeHolds':
      return refused;
    case 'PullOverdue':
      return [...refused, shopIsAway];
    case 'RunsFail': {
      const [kind, entity = ''] = subject.split(' ');
      return [
        ...refused,
        ...(values['cause'] === shopAway ? [shopIsAway] : []),
        ...(kind === 'pull' ? [{ name: 'PullOverdue', subject: entity } as const] : []),
        ...(kind === 'verify' ? [{ name: 'SidesDiffer', subject: entity } as const] : []),
      ];
    }
    case 'RowsNotCompared':
      return [...refused, shopIsAway, { name: 'RunsFail', subject: `sweep ${subject}` }];
    case 'NoReconcile': {
      const run = `reconcile ${subject}`;
      return [
        ...refused,
        shopIsAway,
        { name: 'BrakeHolds', subject: run },
        { name: 'RunsFail', subject: run },
      ];
    }
    case 'NoReferenceData':
      return [...refused, shopIsAway, { name: 'RunsFail', subject: 'reference-data reference-data' }];
    case 'Quarantine':
      return [{ name: 'QuarantineGrows', subject }];
    case 'FeedBehind':
      return [{ name: 'FeedOverrun', subject }];
    case 'Misconfigured':
    case 'ConfigRefused':
    case 'SignInRefused':
    case 'SidesDiffer':
    case 'QuarantineGrows':
    case 'Warning':
    case 'FeedOverrun':
    case 'PausedLong':
      return [];
  }
}
