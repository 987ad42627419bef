import type { Run } from '@magento-sync/db';
import { silentRunMs } from '../copy-state.ts';
import { entityTitle } from './words.ts';

/** How the state of a run looks: never by colour alone. */
export interface RunLook {
  readonly symbol: string;
  readonly word: string;
  readonly tone: 'ok' | 'warn' | 'bad' | 'busy' | 'muted';
}

const looks: Readonly<Record<Run['status'], RunLook>> = {
  running: { symbol: '↻', word: 'running', tone: 'busy' },
  succeeded: { symbol: '✓', word: 'succeeded', tone: 'ok' },
  incomplete: { symbol: '!', word: 'incomplete', tone: 'warn' },
  failed: { symbol: '✕', word: 'failed', tone: 'bad' },
  interrupted: { symbol: '–', word: 'interrupted', tone: 'muted' },
  cancelled: { symbol: '–', word: 'cancelled', tone: 'muted' },
};

/** The look of a run; one that is recorded as running without a sign of life has died. */
export function runLook(run: Pick<Run, 'status' | 'heartbeatAt'>, now: Date): RunLook {
  const silent = run.status === 'running' && now.getTime() - run.heartbeatAt.getTime() > silentRunMs;
  return silent ? { symbol: '✕', word: 'died', tone: 'bad' } : looks[run.status];
}

/** `Pull of orders`; reference data has no entity beside it. */
export function runTitle({ kind, entity }: Pick<Run, 'kind' | 'entity'>): string {
  const name = kind === entity ? kind : `${kind} of ${entity}`;
  return entityTitle(name.charAt(0).toUpperCase() + name.slice(1));
}
