import { describeFailure } from '../failure.ts';
import { checkQueue, type QueueVariable } from '../queue-server/inspect-queue.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'queue';

/** Looks whether the server of the queue does what the daemon will ask of it, and keeps what it is given. */
export async function checkQueueServer(url: string, variable?: QueueVariable): Promise<Finding> {
  try {
    const { server, warnings } = await checkQueue(url, variable);
    return warnings.length > 0 ? problem(check, warnings.join(' ')) : ok(check, server);
  } catch (error) {
    return problem(check, describeFailure(error).sentence);
  }
}
