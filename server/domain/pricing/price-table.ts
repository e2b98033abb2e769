import { isPointer, isSteady, modelNames, providerName, undated } from './model-name.ts';
import { isSamePrice, type Price } from './price.ts';

/** A price, and the name it is listed under. */
export type Listing = { name: string; price: Price };

/** Prices by model, ready to be looked up. */
export type PriceTable = {
  listings: readonly Listing[];
  /** By name, as it is and in lower case. */
  byName: ReadonlyMap<string, Listing>;
  /** The dated listings of a name, by the name without its date, in lower case. */
  snapshots: ReadonlyMap<string, readonly Listing[]>;
};

/** What is to be priced: a model, or a service without one. */
export type PriceQuery = {
  model?: string | null | undefined;
  provider?: string | null | undefined;
  /** asr, llm, tts … */
  service?: string | null | undefined;
  /** transcribe, generate, synthesize … */
  operation?: string | null | undefined;
};

/** Makes a table of prices by name; what is listed again later replaces what was listed before. */
export function priceTable(...sources: Iterable<readonly [string, Price]>[]): PriceTable {
  const prices = new Map(sources.flatMap((source) => [...source]));
  const listings = [...prices].map(([name, price]) => ({ name, price }));
  const lower = listings.map((listing) => [listing.name.toLowerCase(), listing] as const);
  const exact = listings.map((listing) => [listing.name, listing] as const);
  const dated = lower.flatMap(([name, listing]) => {
    const base = undated(name);
    return base === null ? [] : [{ base, listing }];
  });
  const snapshots = new Map<string, Listing[]>();
  for (const { base, listing } of dated) snapshots.set(base, [...(snapshots.get(base) ?? []), listing]);
  return { listings, byName: new Map([...lower, ...exact]), snapshots };
}

/** The listed price of a model, or of a service where no model is named; null when it is not known. */
export function findPrice(table: PriceTable, query: PriceQuery): Listing | null {
  const model = query.model?.trim() ?? '';
  return model === '' ? findService(table, query) : findModel(table, model, query.provider);
}

function findModel(table: PriceTable, model: string, provider: string | null | undefined): Listing | null {
  const exact = table.byName.get(model);
  if (exact !== undefined && (provider == null || model.includes('/'))) return exact;
  const { own, list } = modelNames(model, provider);
  return named(table, own) ?? namedSnapshot(table, own, list) ?? agreed(table, own) ?? agreed(table, list);
}

/** The first of these names that is listed. */
function named(table: PriceTable, names: readonly string[]): Listing | null {
  for (const name of names) {
    const listing = table.byName.get(name);
    if (listing !== undefined) return listing;
  }
  return null;
}

/**
 * The maker's listing of this snapshot, or the seller's of the model without its date. The seller's goes first,
 * but not where the maker is known to charge another price for this snapshot than for the model.
 */
function namedSnapshot(table: PriceTable, own: readonly string[], list: readonly string[]): Listing | null {
  const seller = named(
    table,
    own.flatMap((name) => undated(name) ?? []),
  );
  const snapshot = named(table, list);
  const model = named(
    table,
    list.flatMap((name) => undated(name) ?? []),
  );
  const isOther = snapshot !== null && model !== null && !isSamePrice(snapshot.price, model.price);
  return (isOther ? snapshot : seller) ?? snapshot ?? model;
}

/** A name of which only snapshots are listed, at one price that all of them share. */
function agreed(table: PriceTable, names: readonly string[]): Listing | null {
  for (const name of names.filter((it) => isPointer(it) || isSteady(it))) {
    const listings = table.snapshots.get(undated(name) ?? name);
    if (listings !== undefined) return unanimous(listings);
  }
  return null;
}

function unanimous(listings: readonly Listing[]): Listing | null {
  const [first, ...rest] = listings;
  return first !== undefined && rest.every(({ price }) => isSamePrice(price, first.price)) ? first : null;
}

const serviceModes = new Map([
  ['asr', 'audio_transcription'],
  ['stt', 'audio_transcription'],
  ['tts', 'audio_speech'],
]);
const operationModes = new Map([
  ['transcribe', 'audio_transcription'],
  ['synthesize', 'audio_speech'],
]);

/** A voice service without a model has a price where all listed models of its provider share one. */
function findService(table: PriceTable, { service, provider, operation }: PriceQuery): Listing | null {
  const mode = serviceModes.get(service?.trim().toLowerCase() ?? '');
  const isOther = operation != null && operationModes.get(operation.trim().toLowerCase()) !== mode;
  if (mode === undefined || provider == null || isOther) return null;
  const name = providerName(provider);
  return unanimous(
    table.listings.filter(({ price }) => price.mode === mode && providerName(price.provider ?? '') === name),
  );
}
