import type { ShopRequest } from './http/exchange.ts';

/** What happens instead of, or on top of, the shop's own answer. */
export type FaultAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection ends before an answer. */
  | { readonly kind: 'reset' }
  /** The shop's own answer, cut after the given share of its bytes (0 to 1). */
  | { readonly kind: 'truncate'; readonly share?: number }
  /** The shop's own answer with another body, as a module or a proxy would change it. */
  | { readonly kind: 'change'; readonly change: (body: string) => string }
  /** The shop's own answer, later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The shop does what was asked, and the connection ends before its answer. */
  | { readonly kind: 'drop-answer' };

/** A rule: which requests it meets, how many pass first, how often it strikes. */
export interface FaultRule {
  /** Part of the path, or a test of the request; every request when absent. */
  readonly match?: string | ((request: ShopRequest) => boolean);
  /** How many matching requests pass unharmed first; 0 when absent. */
  readonly after?: number;
  /** How often it strikes; once when absent. */
  readonly times?: number;
  readonly answer: FaultAnswer;
}

/** The rules in force. */
export interface FaultRules {
  add(rule: FaultRule): void;
  clear(): void;
  /** How many faults have struck. */
  readonly struck: number;
  /** The fault for this request, if any; counts it. */
  next(request: ShopRequest): FaultAnswer | undefined;
}

/** Creates an empty set of rules. */
export function createFaultRules(): FaultRules {
  let rules: { rule: FaultRule; seen: number; struck: number }[] = [];
  let struck = 0;
  return {
    add: (rule) => void rules.push({ rule, seen: 0, struck: 0 }),
    clear() {
      rules = [];
    },
    get struck() {
      return struck;
    },
    next(request) {
      for (const state of rules) {
        const { match, after = 0, times = 1 } = state.rule;
        const isMet = typeof match === 'function' ? match(request) : request.target.includes(match ?? '');
        if (!isMet || state.struck >= times) continue;
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
