import { transientFailure } from '@magento-sync/db';
import { ActRefusedError, type Operator } from '../operations/acts.ts';
import type { ActContext, ActDefinition } from './act-fields.ts';
import { digestOf } from './acts.ts';
import { checkFormToken } from './gate.ts';
import type { Looks } from './looks.ts';
import { actPage, changedPage } from './pages/act.ts';
import { type ConsoleAnswer, ConsoleRefusal, type ConsoleRequest } from './request.ts';
import type { LookSource } from './shop-look.ts';
import type { Page, View, Visitor } from './view.ts';
import { withoutPeople } from './words.ts';

/** An act that somebody wants to do, or to be told about first. */
export interface AskedAct {
  readonly request: ConsoleRequest;
  readonly view: View;
  readonly visitor: Visitor;
  readonly act: ActDefinition;
  readonly shop: string;
}

/**
 * Says what an act would do, or does it when its form arrives.
 *
 * What the page counted is counted once more: when it is no longer so, nothing is done.
 */
export async function answerAct(
  source: LookSource & { readonly looks: Looks; readonly href: View['href'] },
  { request, view, visitor, act, shop: name }: AskedAct,
): Promise<Page | ConsoleAnswer> {
  const { looks, store, clock, log } = source;
  const shown = looks.shop(name);
  if (!shown) throw new ConsoleRefusal(404, 'Nothing here', 'There is no such page.');
  if (visitor.role !== 'operator') {
    throw new ConsoleRefusal(
      403,
      'You may look',
      'Acts need the password of operators: ask one, or sign in as one.',
    );
  }
  const context: ActContext = { shop: name, store, clock, queues: source.queuesOf(name), shown };
  if (request.method === 'GET') {
    const prepared = await looks.inTurn(() => act.prepare(context, request.query));
    return actPage({ shop: name, act, prepared, seen: digestOf(prepared.counted) }, view);
  }
  const form = await request.form();
  checkFormToken(form, visitor, `${act.name} ${name}`);
  const now = await looks.inTurn(() => act.prepare(context, form));
  if (form.get('seen') !== digestOf(now.counted)) return changedPage(name, act, view);
  const why = (form.get('why') ?? '').trim().slice(0, 200);
  const operator: Operator = { by: visitor.person, via: 'page', ...(why === '' ? {} : { why }) };
  try {
    await looks.inTurn(() => act.carryOut(context, operator, form));
  } catch (error) {
    if (error instanceof ConsoleRefusal) throw error;
    if (error instanceof ActRefusedError)
      throw new ConsoleRefusal(409, 'Refused', withoutPeople(error.message));
    log.warn({ err: error, act: act.name, shop: name }, 'what the page was asked for could not be done');
    const where = transientFailure(error) ? 'PostgreSQL' : 'PostgreSQL or the queue';
    throw new ConsoleRefusal(
      503,
      'Not done',
      `${where} does not answer. Try again in a moment; the log says more.`,
    );
  } finally {
    looks.forget(name);
  }
  return { status: 303, headers: { location: source.href(`/shops/${name}#acts-title`) }, body: '' };
}
