import { parseConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { textTable } from '../output.ts';
import { type EntityPlan, planEntity, questionsEach } from '../plan/plan-entity.ts';
import { withServices } from '../services.ts';
import { entitiesOf, entityArgument, forEachEntity } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';

/** `magento-sync plan [entity]` */
export const planCommand: CommandDefinition = {
  name: 'plan',
  summary: 'say what a backfill will read, and how long it will take',
  description:
    'Asks the shop about every entity with five requests each, and works out rows, requests and time of reading everything\n' +
    'once within the request budget, and what keeping it fresh costs a day. Writes no record; makes the tables if there\n' +
    'are none.',
  notes: 'An estimate: the shop may be slower at noon. Exits with 3 when an entity could not be asked about.',
  options: (command) => entityArgument(command).option('--json', 'print the plan as JSON'),
  async run(options, { environment, output }) {
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    return interruptible(config, output, ({ abort: signal, pause }) =>
      withServices(config, { command: 'plan', log, waitsOutOutages: true, signal }, async ({ sync }) => {
        const plans: EntityPlan[] = [];
        const chosen = entitiesOf(sync, options);
        const progress = createProgress(output, options['json'] === true, 'requests');
        progress.start(null, 'plan', chosen.length * questionsEach, 0);
        const onAnswer = () => progress.add({ rows: 1 });
        const code = await forEachEntity(chosen, output, async (entity) => {
          if (!pause.aborted) plans.push(await planEntity(sync, config, entity, signal, onAnswer));
          return exitCodes.success;
        }).finally(() => progress.stop());
        const { budget } = config.magento;
        const total = totalOf(plans);
        if (options['json']) output.json({ shop: config.shop, budget, entities: plans, total });
        else output.line(planText(config.shop, plans, total, budget));
        if (pause.aborted) return exitCodes.interrupted;
        return code === exitCodes.success ? code : exitCodes.incomplete;
      }),
    );
  },
};

interface Total {
  readonly rows: number;
  readonly requests: number;
  /** Of one entity after the other, as `backfill` reads them. */
  readonly durationMs: number;
  readonly requestsADay: number;
}

function totalOf(plans: readonly EntityPlan[]): Total {
  const sum = (number: (plan: EntityPlan) => number) => plans.reduce((so, plan) => so + number(plan), 0);
  return {
    rows: sum(({ inShop }) => inShop),
    requests: sum(({ backfill }) => backfill.requests),
    durationMs: sum(({ backfill }) => backfill.durationMs),
    requestsADay: sum(({ daily }) => daily.pulls + daily.sweeps + daily.reconciles),
  };
}

function planText(
  shop: string,
  plans: readonly EntityPlan[],
  total: Total,
  { concurrency, requestsPerSecond }: { readonly concurrency: number; readonly requestsPerSecond: number },
): string {
  const causes = {
    'requests per second': `MAGENTO_REQUESTS_PER_SECOND=${requestsPerSecond}`,
    concurrency: `the shop, MAGENTO_CONCURRENCY=${concurrency}`,
  };
  const rows = plans.map(({ entity, inShop, inCopy, filled, backfill }) => [
    entity,
    String(inShop),
    `${inCopy}${filled ? ', filled' : ''}`,
    String(backfill.pageSize),
    String(backfill.requests),
    formatDuration(backfill.durationMs),
    causes[backfill.limitedBy],
  ]);
  const header = ['ENTITY', 'IN THE SHOP', 'IN THE COPY', 'ROWS A PAGE', 'REQUESTS', 'TIME', 'LIMITED BY'];
  const share = (total.requestsADay / (requestsPerSecond * 86_400)) * 100;
  return [
    `Shop ${shop}: reading everything once, from three probed pages of each`,
    '',
    textTable(header, rows),
    '',
    `All together: ${total.rows} rows, about ${total.requests} requests, ${formatDuration(total.durationMs)}.`,
    `Then about ${total.requestsADay} requests a day keep it fresh: ${share < 1 ? 'less than 1' : Math.ceil(share)} % of the budget.`,
    'Nothing was read into the copy. "magento-sync backfill" does it; a daemon does it by itself.',
  ].join('\n');
}
