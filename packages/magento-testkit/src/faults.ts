import type { ShopClock } from './clock.ts';
import { type FaultAnswer, faultPresets } from './fault-answers.ts';
import type { ShopRequest } from './http/exchange.ts';

/** A fault rule: which requests it matches, how many pass first, how often and until when it applies. */
export interface FaultRule {
  /** Part of the path, or a test of the request; every request when absent. */
  readonly match?: string | ((request: ShopRequest) => boolean);
  /** How many matching requests pass unharmed first; 0 when absent. */
  readonly after?: number;
  /** How often it applies; once when absent, without end with `until`. With `Infinity` until it is removed. */
  readonly times?: number;
  /** The rule ends when the shop's clock reaches this moment. */
  readonly until?: Date;
  readonly answer: FaultAnswer;
}

/** The active rules. */
export interface FaultRules {
  /** Adds a rule; the returned function removes it again. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** Number of requests that were hit by a fault. */
  readonly struck: number;
  /** Ready-made answers of shops, proxies and networks in trouble. */
  readonly presets: typeof faultPresets;
  /** The fault for this request, if any; counts it. */
  next(request: ShopRequest): FaultAnswer | undefined;
}

interface RuleState {
  readonly rule: FaultRule;
  seen: number;
  struck: number;
}

/** Creates an empty set of rules. */
export function createFaultRules(clock: ShopClock): FaultRules {
  let rules: RuleState[] = [];
  let struck = 0;

  const isOver = ({ rule: { until, times = until ? Infinity : 1 }, struck: count }: RuleState) =>
    count >= times || (until !== undefined && clock.now() >= until.getTime());

  return {
    presets: faultPresets,
    add(rule) {
      const state = { rule, seen: 0, struck: 0 };
      rules.push(state);
      return () => {
        rules = rules.filter((other) => other !== state);
      };
    },
    clear() {
      rules = [];
    },
    get struck() {
      return struck;
    },
    next(request) {
      for (const state of rules) {
        const { match, after = 0 } = state.rule;
        const isMet = typeof match === 'function' ? match(request) : request.target.includes(match ?? '');
        if (!isMet || isOver(state)) continue;
        state.seen += 1;
        if (state.seen <= after) continue;
        state.struck += 1;
        struck += 1;
        return state.rule.answer;
      }
      return undefined;
    },
  };
}
