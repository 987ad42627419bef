import { type Results, shown } from './results.ts';

/** The bars of a run as text, one a line, and what could not be measured. */
export function summary({ machine, parts }: Results): string {
  const lines = parts.flatMap(({ name, status, error, bars }) => [
    ...(status === 'measured'
      ? []
      : [`${status.toUpperCase().padEnd(6)}  ${name}: ${error ?? 'not to its end'}`]),
    ...bars.map(
      ({ title, value, unit, wanted, limit, met }) =>
        `${met ? 'met' : 'MISSED'}`.padEnd(6) +
        `  ${title}: ${shown(value, unit)} (${wanted} ${shown(limit, unit)})`,
    ),
  ]);
  const where = `${machine.cores} cores, ${machine.cpu}, Node ${machine.node}, PostgreSQL ${machine.postgres}, Redis ${machine.redis}`;
  return [
    ...lines,
    '',
    `${where}, commit ${machine.commit.slice(0, 12)}${machine.changed ? ' with changes' : ''}`,
  ].join('\n');
}
