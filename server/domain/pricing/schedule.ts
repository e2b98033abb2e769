import { decimalOf, plain } from './decimal.ts';
import { modelNames, providerName, undated, type ModelNames } from './model-name.ts';
import { findPrice, type Listing, type PriceQuery, type PriceTable } from './price-table.ts';
import { isSamePrice, parsePrice, type Price } from './price.ts';
import type { Fault } from './usage.ts';
import { parseMoment } from '../value.ts';

/** Each part that is stated must fit: the very name, or all that begin with it ("gpt-4*"), in any case. */
export type RuleMatch = { model?: string; provider?: string; service?: string; operation?: string };

/** A price or a discount of one's own, or both, in force from one moment until before another. */
export type PriceRule = {
  match: RuleMatch;
  /** Takes the place of the listed price as a whole. */
  price?: Price;
  /** The part that is taken off the price, a decimal text from 0 to 1. */
  discount?: string;
  /** ISO 8601. */
  from: string;
  until: string | null;
};

/** What is charged at a moment. */
export type Offer = {
  price: Price;
  discount: string;
  /** The name that the listed price stands under; null for a price of one's own. */
  listing: string | null;
};

/**
 * The price in force at a moment (ISO 8601): one's own before the listed one, of several the one that began
 * last, of those the one that stands last. The discount is chosen in the same way, on its own. Null when there
 * is no price.
 */
export function priceAt(
  table: PriceTable,
  rules: readonly PriceRule[],
  query: PriceQuery,
  at: string,
): Offer | null {
  if (rules.length === 0) {
    const listed = findPrice(table, query);
    return listed && { price: listed.price, discount: '0', listing: listed.name };
  }
  const subject = subjectOf(table, query);
  const { listed } = subject;
  const ruling = rules
    .filter((rule) => isInForce(rule, instant(at)) && isMatch(rule.match, subject))
    .map((rule, index) => ({ rule, index }))
    .toSorted((a, b) => later(a.rule, b.rule) || b.index - a.index)
    .map(({ rule }) => rule);
  const own = ruling.find(({ price }) => price !== undefined)?.price;
  const price = own === undefined ? listed?.price : { ...labelsOf(listed), ...own };
  if (price === undefined) return null;
  const discount = ruling.find((rule) => rule.discount !== undefined)?.discount ?? '0';
  return { price, discount, listing: own === undefined ? listed!.name : null };
}

/** What is priced, with all that rules may ask of it. */
type Subject = {
  table: PriceTable;
  query: PriceQuery;
  names: ModelNames;
  provider: string | null;
  listed: Listing | null;
};

function subjectOf(table: PriceTable, query: PriceQuery): Subject {
  const listed = findPrice(table, query);
  const names = modelNames(query.model ?? '', query.provider);
  return { table, query, names, listed, provider: names.seller ?? listed?.price.provider ?? null };
}

/** Moments in one form, so that they compare as texts. */
const instant = (moment: string): string => parseMoment(moment) ?? moment;

/** Sorts what began later before what began earlier. */
function later(a: PriceRule, b: PriceRule): number {
  const [first, second] = [instant(a.from), instant(b.from)];
  return first === second ? 0 : first > second ? -1 : 1;
}

const isInForce = ({ from, until }: PriceRule, at: string): boolean =>
  instant(from) <= at && (until === null || at < instant(until));

/** What a price of one's own need not say again: what the model does, and for whom. */
function labelsOf(listed: Listing | null): Price {
  if (listed === null) return {};
  const { mode, provider } = listed.price;
  return { ...(mode === undefined ? {} : { mode }), ...(provider === undefined ? {} : { provider }) };
}

function isMatch(match: RuleMatch, subject: Subject): boolean {
  return (
    fits(match.service, subject.query.service) &&
    fits(match.operation, subject.query.operation) &&
    isProvider(match.provider, subject.provider) &&
    (match.model === undefined || isModel(match.model, subject))
  );
}

function fits(pattern: string | undefined, value: string | null | undefined): boolean {
  if (pattern === undefined) return true;
  const [wanted, given] = [pattern.trim().toLowerCase(), value?.trim().toLowerCase() ?? ''];
  return given !== '' && (wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted);
}

const isProvider = (pattern: string | undefined, provider: string | null): boolean =>
  fits(pattern, provider) ||
  (pattern !== undefined && provider !== null && providerName(pattern) === providerName(provider));

/** A model is meant by its name with or without the seller, and a snapshot by the name of its model. */
function isModel(pattern: string, subject: Subject): boolean {
  const { names, provider } = subject;
  if (names.spellings.includes('')) return false;
  if ([...names.spellings, ...names.own].some((name) => fits(pattern, name))) return true;
  const meant = modelNames(pattern);
  if (meant.seller !== null && !isProvider(meant.seller, provider)) return false;
  const ways = pattern.endsWith('*') ? meant.spellings.slice(0, 1) : meant.spellings;
  if (ways.some((way) => names.spellings.some((name) => fits(way, name)))) return true;
  const isSnapshot = names.spellings.some((name) => ways.includes(undated(name) ?? ''));
  return isSnapshot && !isPricedApart(pattern, subject);
}

/** A snapshot that is listed at another price than its model is not meant by the model's name. */
function isPricedApart(model: string, { table, names, listed }: Subject): boolean {
  const usual = findPrice(table, { model, provider: names.seller });
  return usual !== null && listed !== null && !isSamePrice(usual.price, listed.price);
}

/** Reads a rule from JSON, or every fault in it. */
export function parsePriceRule(value: unknown): { rule: PriceRule } | { faults: Fault[] } {
  if (!isObject(value)) return { faults: [{ path: [], message: 'must be an object' }] };
  const faults: Fault[] = [];
  const refuse = (field: string, message: string): undefined => void faults.push({ path: [field], message });
  const match =
    matchOf(value['match']) ?? refuse('match', 'must name a model, provider, service or operation');
  const price = priceOf(value['price'], refuse);
  const discount = discountOf(value['discount'], refuse);
  const from = momentOf(value['from']) ?? refuse('from', 'must be an ISO 8601 date');
  const until =
    value['until'] == null ? null : (momentOf(value['until']) ?? refuse('until', 'must be an ISO 8601 date'));
  if (from !== undefined && until != null && until <= from) refuse('until', 'must be later than from');
  if (value['price'] == null && value['discount'] == null)
    refuse('price', 'must be stated where there is no discount');
  if (faults.length > 0 || match === undefined || from === undefined || until === undefined)
    return { faults };
  return {
    rule: { match, ...(price && { price }), ...(discount !== undefined && { discount }), from, until },
  };
}

type Refuse = (field: string, message: string) => undefined;

function priceOf(value: unknown, refuse: Refuse): Price | undefined {
  if (value == null) return undefined;
  const read = parsePrice(value);
  return 'price' in read ? read.price : refuse('price', read.fault);
}

function discountOf(value: unknown, refuse: Refuse): string | undefined {
  if (value == null) return undefined;
  const part = decimalOf(value);
  const isPart = part !== undefined && part.greaterThanOrEqualTo(0) && part.lessThanOrEqualTo(1);
  return isPart ? plain(part) : refuse('discount', 'must be a decimal from 0 to 1');
}

const momentOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? (parseMoment(value) ?? undefined) : undefined;

/** The stated parts of a match; undefined when there is none, or one that is no name. */
function matchOf(value: unknown): RuleMatch | undefined {
  if (!isObject(value)) return undefined;
  const match: RuleMatch = {};
  for (const part of ['model', 'provider', 'service', 'operation'] as const) {
    const pattern = value[part];
    if (pattern == null) continue;
    if (typeof pattern !== 'string' || pattern.trim() === '') return undefined;
    match[part] = pattern;
  }
  return Object.keys(match).length === 0 ? undefined : match;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
