import { createHash } from 'node:crypto';
import { formatDuration } from '../config/duration.ts';
import type { Operator } from '../operations/acts.ts';
import { pauseWork, resumeWork } from '../operations/pauses.ts';
import {
  type RequestContext,
  refuseBadIds,
  requestedKinds,
  requestResync,
  requestRetry,
  requestWork,
} from '../operations/requests.ts';
import { everything, pauseSentence, workKinds } from '../operations/work.ts';
import { type Html, html } from './html.ts';
import { ConsoleRefusal } from './request.ts';
import type { ShownShop } from './shop-look.ts';
import { capital, count, counted, entityTitle } from './words.ts';

/** What an act works with. */
export interface ActContext extends RequestContext {
  readonly shown: ShownShop;
}

/** What a page asks before it does something. */
export interface Prepared {
  readonly title: string;
  /** What will happen, one sentence each, with counts. */
  readonly consequences: readonly string[];
  readonly fields: Html;
  readonly button: string;
  /** A reason must be given. */
  readonly needsWhy: boolean;
  /** What was counted: when it is another when the form arrives, nothing is done. */
  readonly counted: unknown;
}

/** Something that operators can do on the page of a shop. */
export interface ActDefinition {
  readonly name: string;
  /** What the button on the page of the shop says. */
  readonly label: string;
  /** Reads what the act would do; refuses fields that make no sense. */
  prepare(context: ActContext, fields: URLSearchParams): Promise<Prepared>;
  carryOut(context: ActContext, operator: Operator, fields: URLSearchParams): Promise<unknown>;
}

const hourMs = 3_600_000;
const pauseLengths = [1, 2, 4, 8, 24, 72];
const mostNamed = 20;

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
    const hours = fields.get('hours') ?? '';
    if (hours !== '' && !pauseLengths.includes(Number(hours))) throw senseless('This length is not offered.');
    const until = hours === '' ? null : new Date(context.clock.now().getTime() + Number(hours) * hourMs);
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
    const entity = chosenEntity(shown, fields) ?? shown.entities[0]?.name ?? '';
    const definition = shown.entities.find(({ name }) => name === entity);
    const rows = definition ? (await store.copyOf(definition).totals(shop)).live : 0;
    return {
      title: `${capital(kind)} ${shop} now`,
      consequences: [
        askedWork[kind].says(`about ${count(rows)} ${entityTitle(entity)}`),
        'It keeps the request budget of the shop, and a daemon does it as soon as it is its turn.',
      ],
      fields: entityField(shown, fields),
      button: capital(kind),
      needsWhy: false,
      counted: null,
    };
  },
  async carryOut(context, operator, fields) {
    const entity = chosenEntity(context.shown, fields);
    if (!entity) throw senseless('Choose what is meant.');
    await requestWork(context, operator, { kind, entity });
  },
}));

const resync: ActDefinition = {
  name: 'resync',
  label: 'Resync records…',
  async prepare({ store, shop, shown }, fields) {
    const ids = idsOf(fields);
    const entity = chosenEntity(shown, fields) ?? shown.entities[0]?.name ?? '';
    const definition = shown.entities.find(({ name }) => name === entity);
    const living = definition && ids.length > 0 ? await store.copyOf(definition).livingIds(shop, ids) : [];
    return {
      title: `Read records of ${shop} again`,
      consequences: [
        'Reads single records from the shop now and writes what differs; of one that the shop has no more it is proven and marked.',
        ...(ids.length > 0
          ? [
              `${counted(ids.length, 'id')}: ${count(living.length)} of them live in the copy, ${count(ids.length - living.length)} do not.`,
            ]
          : []),
        'Nothing is emptied; everything else goes on meanwhile.',
      ],
      fields:
        ids.length > 0
          ? html`<input type="hidden" name="entity" value="${entity}"><input type="hidden" name="ids" value="${ids.join(' ')}">
<p>${capital(entityTitle(entity))} <bdi>${ids.join(', ')}</bdi></p>`
          : html`${entityField(shown, fields)}
<p><label for="ids">Ids in the shop, up to 1,000, with spaces or commas between them</label><textarea id="ids" name="ids" rows="3" required></textarea></p>`,
      button: ids.length > 0 ? `Resync ${counted(ids.length, 'record')}` : 'Count them',
      needsWhy: ids.length > 0,
      counted: [entity, ids, living],
    };
  },
  async carryOut(context, operator, fields) {
    const entity = chosenEntity(context.shown, fields);
    if (!entity) throw senseless('Choose what is meant.');
    const ids = idsOf(fields);
    refuseBadIds(ids);
    await requestResync(context, operator, { entity, ids });
  },
};

const retry: ActDefinition = {
  name: 'retry',
  label: 'Try quarantine…',
  async prepare({ store, shop, shown }, fields) {
    const aside = await store.quarantine.list(shop);
    const ofEntity = (name: string) => aside.filter(({ entity }) => entity === name).map(({ id }) => id);
    const names = shown.entities.map(({ name }) => name).filter((name) => ofEntity(name).length > 0);
    const chosen = chosenEntity(shown, fields) ?? names[0] ?? shown.entities[0]?.name ?? '';
    return {
      title: `Try the quarantine of ${shop} again`,
      consequences: [
        ...(names.length === 0 ? ['No record is set aside.'] : []),
        ...names.map((name) => {
          const ids = ofEntity(name);
          const first = ids.slice(0, mostNamed).join(', ');
          return `${capital(entityTitle(name))}: ${counted(ids.length, 'record')} set aside (${first}${ids.length > mostNamed ? ' …' : ''}).`;
        }),
        'Each of the chosen kind is read by its id once more; what breaks again stays where it is.',
      ],
      fields: entityField(shown, new URLSearchParams({ entity: chosen })),
      button: 'Try them now',
      needsWhy: false,
      counted: aside.map(({ entity, id }) => [entity, id]),
    };
  },
  async carryOut(context, operator, fields) {
    const entity = chosenEntity(context.shown, fields);
    if (!entity) throw senseless('Choose what is meant.');
    await requestRetry(context, operator, { entity });
  },
};

/** Everything that operators can do, in the order of the buttons. */
export const actDefinitions: readonly ActDefinition[] = [pause, resume, ...asked, resync, retry];

/** What was counted as a short text: another one for other counts. */
export function digestOf(counts: unknown): string {
  return createHash('sha256').update(JSON.stringify(counts)).digest('base64url').slice(0, 22);
}

function entityField({ entities }: ShownShop, fields: URLSearchParams, all?: string): Html {
  return html`<p><label for="entity">What</label><select id="entity" name="entity">${all !== undefined && html`<option value="${everything}">${all}</option>`}${entities.map(({ name }) => html`<option value="${name}"${fields.get('entity') === name && html` selected`}>${entityTitle(name)}</option>`)}</select></p>`;
}

/** Undefined where everything is meant. */
function chosenEntity({ entities }: ShownShop, fields: URLSearchParams): string | undefined {
  const given = fields.get('entity');
  if (given === null || given === everything) return undefined;
  const found = entities.find(({ name }) => name === given);
  if (!found) throw senseless('That is not copied.');
  return found.name;
}

function idsOf(fields: URLSearchParams): number[] {
  const texts = (fields.get('ids') ?? '').split(/[\s,]+/).filter((text) => text !== '');
  const wrong = texts.find((text) => !/^[1-9]\d{0,14}$/.test(text));
  if (wrong !== undefined)
    throw senseless('Ids are whole numbers above 0, with spaces or commas between them.');
  return [...new Set(texts.map(Number))];
}

function senseless(sentence: string): ConsoleRefusal {
  return new ConsoleRefusal(422, 'That makes no sense', sentence);
}
