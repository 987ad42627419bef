import { redactUrl } from '../config/secret.ts';
import { describeFailure } from '../failure.ts';
import { checkQueue } from '../jobs/queue-check.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'queue';

/** Looks whether the server of the queue answers and keeps what it is given. */
export async function checkQueueServer(url: string): Promise<Finding> {
  try {
    const warnings = await checkQueue(url);
    return warnings.length > 0
      ? problem(check, warnings.join(' '))
      : ok(check, /^rediss?:/.test(url) ? `Redis at ${redactUrl(url)}` : 'PostgreSQL');
  } catch (error) {
    return problem(check, describeFailure(error).sentence);
  }
}
