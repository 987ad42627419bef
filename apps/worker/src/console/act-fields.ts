import type { Operator } from '../operations/acts.ts';
import type { RequestContext } from '../operations/requests.ts';
import { everything } from '../operations/work.ts';
import { type Html, html } from './html.ts';
import { ConsoleRefusal } from './request.ts';
import type { ShownShop } from './shop-look.ts';
import { entityTitle } from './words.ts';

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
  /** Its form only leads to the page that says what will happen to what was chosen. */
  readonly onlyLooks?: boolean;
  /** What was counted: when it is another when the form arrives, nothing is done. */
  readonly counted: unknown;
}

/** Something that operators can do on the page of a shop. */
export interface ActDefinition {
  readonly name: string;
  /** What the button on the page of the shop says; absent where it stands beside what it is about. */
  readonly label?: string;
  /** Reads what the act would do; refuses fields that make no sense. */
  prepare(context: ActContext, fields: URLSearchParams): Promise<Prepared>;
  carryOut(context: ActContext, operator: Operator, fields: URLSearchParams): Promise<unknown>;
}

/** The field that chooses an entity, with all of them together under the name that is given. */
export function entityField({ entities }: ShownShop, fields: URLSearchParams, all?: string): Html {
  return html`<p><label for="entity">What</label><select id="entity" name="entity">${all !== undefined && html`<option value="${everything}">${all}</option>`}${entities.map(({ name }) => html`<option value="${name}"${fields.get('entity') === name && html` selected`}>${entityTitle(name)}</option>`)}</select></p>`;
}

/** Undefined where everything is meant. */
export function chosenEntity({ entities }: ShownShop, fields: URLSearchParams): string | undefined {
  const given = fields.get('entity');
  if (given === null || given === everything) return undefined;
  const found = entities.find(({ name }) => name === given);
  if (!found) throw senseless('That is not copied.');
  return found.name;
}

/** The same where one has to be chosen. */
export function neededEntity(shown: ShownShop, fields: URLSearchParams): string {
  const entity = chosenEntity(shown, fields);
  if (entity === undefined) throw senseless('Choose what is meant.');
  return entity;
}

/** Distinct ids with spaces or commas between them; none where the field is missing. */
export function idsOf(fields: URLSearchParams): number[] {
  const texts = (fields.get('ids') ?? '').split(/[\s,]+/).filter((text) => text !== '');
  const wrong = texts.find((text) => !/^[1-9]\d{0,14}$/.test(text));
  if (wrong !== undefined)
    throw senseless('Ids are whole numbers above 0, with spaces or commas between them.');
  return [...new Set(texts.map(Number))];
}

/** Refuses a form whose fields no page offers. */
export function senseless(sentence: string): ConsoleRefusal {
  return new ConsoleRefusal(422, 'That makes no sense', sentence);
}
