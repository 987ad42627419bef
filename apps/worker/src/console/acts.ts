import { createHash } from 'node:crypto';
import { formatDuration } from '../config/duration.ts';
import { acknowledgeAlerts, acknowledgedSentence, nameOf, openAlerts } from '../operations/acknowledge.ts';
import { cancelWork } from '../operations/cancel.ts';
import { pauseWork, resumeWork } from '../operations/pauses.ts';
import { requestedKinds, requestWork } from '../operations/requests.ts';
import { everything, pauseSentence, workKinds } from '../operations/work.ts';
import {
  type ActContext,
  type ActDefinition,
  chosenEntity,
  entityField,
  neededEntity,
  senseless,
} from './act-fields.ts';
import { html } from './html.ts';
import { erase, release, resync, retry } from './record-acts.ts';
import { runTitle } from './run-words.ts';
import { capital, count, counted, entityTitle } from './words.ts';

const hourMs = 3_600_000;
const pauseLengths = [1, 2, 4, 8, 24, 72];
const mostRunning = 50;

const pause: ActDefinition = {
  name: 'pause',
  label: 'Pause…',
  async prepare(context, fields) {
    const pauses = await context.store.pauses.active(context.shop);
    return {
      title: `Pause work on ${context.shop}`,
      consequences: [
        'Jobs of it do not begin any more; what runs ends after the page at hand, within seconds, and goes on from there later.',
        'Hints of the shop are taken and kept for later; consumers of the feed go on reading. Nothing is deleted.',
        ...pauses.map((each) => `Now: ${pauseSentence(each, context.clock.now())}.`),
      ],
      fields: html`${entityField(context.shown, fields, 'everything')}
<p><label for="kind">Kind of work</label><select id="kind" name="kind"><option value="${everything}">every kind</option>${workKinds.map((kind) => html`<option value="${kind}"${fields.get('kind') === kind && html` selected`}>${entityTitle(kind)}</option>`)}</select></p>
<p><label for="hours">For how long</label><select id="hours" name="hours">${pauseLengths.map((hours) => html`<option value="${hours}">${formatDuration(hours * hourMs)}</option>`)}<option value="">until somebody resumes it</option></select></p>`,
      button: 'Pause',
      needsWhy: true,
      counted: pauses.map(({ entity, kind, by, until }) => [entity, kind, by, until]),
    };
  },
  async carryOut(context, operator, fields) {
    const until = endOf(context, fields);
    const entity = chosenEntity(context.shown, fields);
    const kind = workKinds.find((each) => each === fields.get('kind'));
    await pauseWork(
      context,
      { ...operator, why: operator.why ?? '' },
      { ...(entity && { entity }), ...(kind && { kind }), until },
    );
  },
};

const resume: ActDefinition = {
  name: 'resume',
  label: 'Resume…',
  async prepare(context, fields) {
    const pauses = await context.store.pauses.active(context.shop);
    const entity = chosenEntity(context.shown, fields);
    return {
      title: `Resume work on ${context.shop}`,
      consequences: [
        pauses.length === 0
          ? 'Nothing is paused.'
          : `${counted(pauses.length, 'pause')} ${pauses.length === 1 ? 'ends' : 'end'}, as far as chosen; pulls go on from their watermark within seconds.`,
        ...pauses.map((each) => `${pauseSentence(each, context.clock.now())}.`),
        'Nothing is emptied or deleted by that.',
      ],
      fields: entityField(context.shown, fields, 'everything'),
      button: entity ? `Resume ${entityTitle(entity)}` : 'Resume',
      needsWhy: false,
      counted: pauses.map(({ entity: of, kind, by, until }) => [of, kind, by, until]),
    };
  },
  async carryOut(context, operator, fields) {
    const entity = chosenEntity(context.shown, fields);
    await resumeWork(context, operator, entity ? { entity } : {});
  },
};

const askedWork: Readonly<
  Record<(typeof requestedKinds)[number], { label: string; says: (rows: string) => string }>
> = {
  pull: {
    label: 'Pull now',
    says: () => 'Reads what has changed since the watermark, as every scheduled pull.',
  },
  sweep: {
    label: 'Sweep now',
    says: (rows) => `Compares every row with the shop: ${rows}. Pulls go on meanwhile and come first.`,
  },
  reconcile: {
    label: 'Reconcile now',
    says: (rows) =>
      `Looks which of ${rows} the shop has deleted, and marks them. The brake holds when too many would vanish.`,
  },
  verify: { label: 'Verify now', says: (rows) => `Compares both sides and changes nothing: ${rows}.` },
};

const asked: readonly ActDefinition[] = requestedKinds.map((kind) => ({
  name: kind,
  label: askedWork[kind].label,
  async prepare({ store, shop, shown }, fields) {
    const rows = await Promise.all(
      shown.entities.map(
        async (entity) => [entity.name, (await store.copyOf(entity).totals(shop)).live] as const,
      ),
    );
    const named = rows.map(([name, live]) => `${count(live)} ${entityTitle(name)}`).join(' or ');
    return {
      title: `${capital(kind)} ${shop} now`,
      consequences: [
        askedWork[kind].says(named),
        'It keeps the request budget of the shop, and a daemon does it as soon as it is its turn.',
      ],
      fields: entityField(shown, fields),
      button: capital(kind),
      needsWhy: false,
      // A pull counts nothing beforehand.
      counted: kind === 'pull' ? null : rows,
    };
  },
  async carryOut(context, operator, fields) {
    const entity = neededEntity(context.shown, fields);
    await requestWork(context, operator, { kind, entity });
  },
}));

const cancel: ActDefinition = {
  name: 'cancel',
  label: 'Cancel a run…',
  async prepare({ store, shop }, fields) {
    const id = Number(/^[1-9]\d{0,14}$/.exec(fields.get('run') ?? '')?.[0] ?? 0);
    if (id === 0) {
      const running = await store.runs.recent(shop, { status: 'running', limit: mostRunning });
      return {
        title: `Cancel a run of ${shop}`,
        consequences: [
          running.length === 0 ? 'Nothing runs.' : 'The next page says what follows, and does nothing yet.',
        ],
        fields: html`<p><label for="run">Run</label><select id="run" name="run" required>${running.map((run) => html`<option value="${run.id}">${runTitle(run)} ${run.id}</option>`)}</select></p>`,
        button: 'Look at it',
        needsWhy: false,
        onlyLooks: true,
        counted: null,
      };
    }
    const run = await store.runs.find(id);
    if (run?.shop !== shop) throw senseless('There is no such run.');
    const isBackfill = run.kind === 'backfill' && !('part' in run.details);
    return {
      title: `Cancel ${entityTitle(run.kind)} ${id} of ${shop}`,
      consequences: [
        run.status === 'running'
          ? `${runTitle(run)} ends after the page at hand, in whichever process it runs, and is recorded as cancelled.`
          : `${runTitle(run)} has ended already: ${run.status}.`,
        ...(isBackfill
          ? [
              `The backfill of ${entityTitle(run.entity)} rests from then on: what was read stays, and no daemon goes on with it by itself. "Resume…", or "magento-sync backfill ${run.entity}", goes on from its checkpoints.`,
            ]
          : ['Such work comes again by its schedule, or when somebody asks for it; a pause holds it.']),
        'Nothing is emptied or deleted by that.',
      ],
      fields: html`<input type="hidden" name="run" value="${id}">`,
      button: 'Cancel the run',
      needsWhy: true,
      counted: [id, run.status],
    };
  },
  carryOut: (context, operator, fields) => cancelWork(context, operator, { run: Number(fields.get('run')) }),
};

const acknowledge: ActDefinition = {
  name: 'acknowledge',
  label: 'Acknowledge alerts…',
  async prepare(context, fields) {
    const open = await openAlerts(context);
    const now = context.clock.now();
    return {
      title: `Acknowledge alerts of ${context.shop}`,
      consequences: [
        ...(open.length === 0 ? ['No alert goes on.'] : []),
        ...open.map((alert) => {
          const held = acknowledgedSentence(alert, now);
          return `${nameOf(alert)}: ${alert.summary}${held === null ? '' : ` Now ${held}.`}`;
        }),
        'No message repeats them meanwhile, and everybody sees who looks after them. Their end is told as ever.',
      ],
      fields: html`<p><label for="alert">Which</label><select id="alert" name="alert"><option value="${everything}">all of them</option>${open.map((alert) => html`<option value="${alert.key}"${fields.get('alert') === alert.key && html` selected`}>${nameOf(alert)}</option>`)}</select></p>
<p><label for="hours">For how long</label><select id="hours" name="hours"><option value="">until it is over</option>${pauseLengths.map((hours) => html`<option value="${hours}">${formatDuration(hours * hourMs)}</option>`)}</select></p>`,
      button: 'Acknowledge',
      needsWhy: false,
      counted: open.map(({ key, acknowledgedBy, acknowledgedUntil }) => [
        key,
        acknowledgedBy,
        acknowledgedUntil,
      ]),
    };
  },
  async carryOut(context, operator, fields) {
    const until = endOf(context, fields);
    await acknowledgeAlerts(context, operator, { alert: fields.get('alert') ?? everything, until });
  },
};

/** Everything that operators can do, in the order of the buttons. */
export const actDefinitions: readonly ActDefinition[] = [
  pause,
  resume,
  cancel,
  ...asked,
  resync,
  retry,
  release,
  erase,
  acknowledge,
];

/** What was counted as a short text: another one for other counts. */
export function digestOf(counts: unknown): string {
  return createHash('sha256').update(JSON.stringify(counts)).digest('base64url').slice(0, 22);
}

/** When the chosen time is over; `null` where no end is chosen. */
function endOf({ clock }: ActContext, fields: URLSearchParams): Date | null {
  const hours = fields.get('hours') ?? '';
  if (hours === '') return null;
  if (!pauseLengths.includes(Number(hours))) throw senseless('This length is not offered.');
  return new Date(clock.now().getTime() + Number(hours) * hourMs);
}
