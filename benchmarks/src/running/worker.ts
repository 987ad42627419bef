import { installedProgram } from '../../../tests/services/program.ts';
import { type MeasuredProcess, startMeasured, succeeded } from './measured-process.ts';

/** Where a worker reads and writes, and what else its environment says. */
export interface WorkerPlace {
  readonly shopUrl: string;
  readonly databaseUrl: string;
  readonly queueUrl?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Settings under which only the machine limits a worker that reads with so many requests at a time. */
export function inFlight(requests: number): Readonly<Record<string, string>> {
  return { MAGENTO_CONCURRENCY: String(requests), MAGENTO_REQUESTS_PER_SECOND: '1000' };
}

/** Starts `magento-sync` as it is installed, as a process of its own. */
export function startWorker(args: readonly string[], place: WorkerPlace): Promise<MeasuredProcess> {
  const { shopUrl, databaseUrl, queueUrl = databaseUrl, settings = {} } = place;
  const [, file] = installedProgram;
  return startMeasured([file, ...args], {
    MAGENTO_BASE_URL: shopUrl,
    MAGENTO_SHOP: 'bench',
    MAGENTO_USERNAME: 'admin',
    MAGENTO_PASSWORD: 'Passw0rd123!',
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queueUrl,
    LOG_LEVEL: 'warn',
    ...settings,
  });
}

/** Runs a command to its end, which has to be a success. */
export async function runWorker(args: readonly string[], place: WorkerPlace) {
  await using worker = await startWorker(args, place);
  return await succeeded(`magento-sync ${args.join(' ')}`, worker);
}
