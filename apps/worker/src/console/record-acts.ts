import { erasePerson } from '../operations/erase.ts';
import { refuseBadIds, releaseQuarantined, requestResync, requestRetry } from '../operations/requests.ts';
import {
  type ActContext,
  type ActDefinition,
  chosenEntity,
  entityField,
  idsOf,
  neededEntity,
  senseless,
} from './act-fields.ts';
import { html } from './html.ts';
import { capital, count, counted, entityTitle } from './words.ts';

const mostNamed = 20;

/** Reads single records again. */
export const resync: ActDefinition = {
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
      onlyLooks: ids.length === 0,
      counted: [entity, ids, living],
    };
  },
  async carryOut(context, operator, fields) {
    const entity = neededEntity(context.shown, fields);
    const ids = idsOf(fields);
    refuseBadIds(ids);
    await requestResync(context, operator, { entity, ids });
  },
};

/** What is set aside, of all entities, and what of it the fields mean. */
async function asideOf({ store, shop, shown }: ActContext, fields: URLSearchParams) {
  const aside = await store.quarantine.list(shop);
  const ofEntity = (name: string) => aside.filter(({ entity }) => entity === name).map(({ id }) => id);
  const names = shown.entities.map(({ name }) => name).filter((name) => ofEntity(name).length > 0);
  const ids = idsOf(fields);
  const chosen = chosenEntity(shown, fields) ?? names[0] ?? shown.entities[0]?.name ?? '';
  const named = (name: string) => {
    const its = ofEntity(name);
    const first = its.slice(0, mostNamed).join(', ');
    return `${capital(entityTitle(name))}: ${counted(its.length, 'record')} set aside (${first}${its.length > mostNamed ? ' …' : ''}).`;
  };
  const one = `Of ${entityTitle(chosen)} only ${ids.join(', ')}.`;
  return {
    sentences:
      names.length === 0
        ? ['No record is set aside.']
        : [...names.map(named), ...(ids.length > 0 ? [one] : [])],
    fields:
      ids.length > 0
        ? html`<input type="hidden" name="entity" value="${chosen}"><input type="hidden" name="ids" value="${ids.join(' ')}">`
        : entityField(shown, new URLSearchParams({ entity: chosen })),
    counted: aside.map(({ entity, id }) => [entity, id]),
  };
}

function choiceOf(context: ActContext, fields: URLSearchParams) {
  const ids = idsOf(fields);
  return { entity: neededEntity(context.shown, fields), ...(ids.length > 0 ? { ids } : {}) };
}

/** Tries what is set aside again. */
export const retry: ActDefinition = {
  name: 'retry',
  label: 'Try quarantine…',
  async prepare(context, fields) {
    const { sentences, ...aside } = await asideOf(context, fields);
    return {
      title: `Try the quarantine of ${context.shop} again`,
      consequences: [
        ...sentences,
        'Each that is meant is read by its id once more; what breaks again stays where it is.',
      ],
      ...aside,
      button: 'Try now',
      needsWhy: false,
    };
  },
  carryOut: (context, operator, fields) => requestRetry(context, operator, choiceOf(context, fields)),
};

/** Takes what is set aside out of quarantine. */
export const release: ActDefinition = {
  name: 'release',
  label: 'Release quarantine…',
  async prepare(context, fields) {
    const { sentences, ...aside } = await asideOf(context, fields);
    return {
      title: `Release the quarantine of ${context.shop}`,
      consequences: [
        ...sentences,
        'They are not read now: the next read asks for them like for any other record, and sets aside again what still breaks.',
      ],
      ...aside,
      button: 'Release',
      needsWhy: true,
    };
  },
  carryOut: (context, operator, fields) => releaseQuarantined(context, operator, choiceOf(context, fields)),
};

/** Removes what is personal of one record, at a person's request. */
export const erase: ActDefinition = {
  name: 'erase',
  async prepare({ store, shop, shown }, fields) {
    const [id] = idsOf(new URLSearchParams({ ids: fields.get('id') ?? '' }));
    if (id === undefined) {
      return {
        title: `Erase the personal data of somebody in ${shop}`,
        consequences: [
          'Say whose: the next page counts what goes, and does nothing yet.',
          'Who is known by an e-mail address alone is erased on the command line, "magento-sync erase customers ada@example.com": no address shall stand in the log of a proxy or the history of a browser.',
        ],
        fields: html`${entityField(shown, fields)}
<p><label for="id">Id in the shop</label><input id="id" name="id" inputmode="numeric" pattern="[1-9][0-9]{0,14}" required></p>`,
        button: 'Count what goes',
        needsWhy: false,
        onlyLooks: true,
        counted: null,
      };
    }
    const entity = neededEntity(shown, fields);
    const definition = shown.entities.find(({ name }) => name === entity);
    const rows = definition ? Object.entries(await store.copyOf(definition).countPersonal(shop, id)) : [];
    const what = definition ? `${definition.record} ${id}` : '';
    const tables = rows
      .map(([table, number]) => `${counted(number, 'row')} of ${entityTitle(table)}`)
      .join(', ');
    return {
      title: `Erase the personal data of ${what}`,
      consequences: [
        rows.length > 0
          ? `Empties or removes for good, in the copy: ${tables}.`
          : `The copy holds nothing personal of ${what}: it never had it, or it was erased before.`,
        'Ids, numbers and states stay. What the shop says of these records later comes without the person. It cannot be undone.',
        'The shop itself is neither asked nor changed: erase the person there too.',
      ],
      fields: html`<input type="hidden" name="entity" value="${entity}"><input type="hidden" name="id" value="${id}">
<p><label for="typed">Type the id, ${id}, to say that it is meant</label><input id="typed" name="typed" inputmode="numeric" autocomplete="off" required></p>`,
      button: `Erase ${what}`,
      needsWhy: true,
      counted: [entity, id, rows],
    };
  },
  async carryOut(context, operator, fields) {
    const [id] = idsOf(new URLSearchParams({ ids: fields.get('id') ?? '' }));
    const entity = neededEntity(context.shown, fields);
    if (id === undefined || fields.get('typed')?.trim() !== String(id))
      throw senseless('What was typed is not the id. Nothing was erased.');
    await erasePerson(context, operator, { entity, id });
  },
};
