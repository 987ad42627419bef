import { describe } from 'vitest';
import { candidates } from '../testing/strategies.ts';
import { declareBattery } from '../testing/strategy-battery.ts';

/** Opaque tokens up to 2.4.3, signed ones later; signatures of three kinds; no second factor before 2.4. */
describe.each(['2.3.7', '2.4.3', '2.4.5', '2.4.8'])('%s', (release) => {
  const strategies = Object.entries(candidates).filter(
    ([kind]) => kind !== 'ims' && !(kind === 'admin with a second factor' && release < '2.4'),
  );
  describe.each(strategies)('%s', (_kind, candidate) => {
    declareBattery(candidate, candidate.read.rest, { release });
  });
});
