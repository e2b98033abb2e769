const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Written before a model's name by those who sell it at its maker's list price. */
const resellers = set(
  'openai azure azure_ai anthropic bedrock bedrock_converse vertex_ai google gemini mistral mistralai xai x-ai cohere cohere_chat moonshot moonshotai deepgram openrouter litellm litellm_proxy text-completion-openai',
);

/** Hosts with prices of their own: what the maker charges says nothing of what they do. */
const hosts = set(
  'groq together together_ai togetherai fireworks fireworks_ai deepinfra replicate ollama lm_studio lmstudio lm-studio huggingface perplexity cerebras sambanova databricks anyscale baseten vllm hosted_vllm llama.cpp local',
);

/** Names of providers that mean another one of the list. */
const synonyms: Readonly<Record<string, string>> = {
  google: 'gemini',
  google_ai_studio: 'gemini',
  mistralai: 'mistral',
  'x-ai': 'xai',
  moonshotai: 'moonshot',
  bedrock_converse: 'bedrock',
  aws: 'bedrock',
  azure_openai: 'azure',
  vertex: 'vertex_ai',
  'vertex_ai-language-models': 'vertex_ai',
  cohere_chat: 'cohere',
  'text-completion-openai': 'openai',
};

/** Makers whose models are listed with a prefix and mostly written without. */
const makers = ['gemini', 'mistral', 'xai', 'moonshot', 'deepgram'];

/** A provider's name as prices are listed under it, in lower case. */
export function providerName(provider: string): string {
  const name = provider.trim().toLowerCase();
  return Object.hasOwn(synonyms, name) ? synonyms[name]! : name;
}

/** What a model may be listed as, the likeliest first. */
export type ModelNames = {
  /** Who sells it; null when neither the name nor anything beside it says so. */
  seller: string | null;
  /** As it is written, in every spelling, without the seller. */
  spellings: string[];
  /** As it is sold by this very seller. */
  own: string[];
  /** As its maker sells it; empty where that says nothing of the price. */
  list: string[];
};

/** The names under which a model may be listed; a provider in the name goes before one that stands beside it. */
export function modelNames(model: string, provider?: string | null): ModelNames {
  const given = model.trim().toLowerCase();
  const { seller: inside, name } = sellerOf(given);
  const seller = inside ?? (provider == null || provider.trim() === '' ? null : providerName(provider));
  const spellings = spellingsOf(name);
  const sold = seller === null ? [] : [given, ...spellings].map((spelling) => `${seller}/${spelling}`);
  const own = inside === null ? sold : [given, ...sold];
  return { seller, spellings, own, list: listNames(name, seller, spellings) };
}

/** A path that begins with nobody we know is a name of its own; a host's prices are not the maker's. */
function listNames(name: string, seller: string | null, spellings: readonly string[]): string[] {
  if (seller !== null && (hosts.has(seller) || name.includes('/'))) return [];
  if (name.includes('/')) return [name];
  return [...spellings, ...spellings.flatMap((spelling) => makers.map((maker) => `${maker}/${spelling}`))];
}

/** Takes the providers off a name, and says who sells it: the last of them that is not a mere passage. */
function sellerOf(given: string): { seller: string | null; name: string } {
  const path = /^(?:(projects|publishers)\/.*\/|.*\/)?models\/([^/]+)$/u.exec(given);
  if (path !== null) return { seller: path[1] === undefined ? 'gemini' : 'vertex_ai', name: path[2]! };
  const arn = /^arn:aws[a-z-]*:bedrock:.*\/([^/]+)$/u.exec(given);
  if (arn !== null) return { seller: 'bedrock', name: arn[1]! };
  const parts = given.split('/');
  const isPrefix = (part: string): boolean => resellers.has(part) || hosts.has(part);
  let seller: string | null = null;
  while (parts.length > 1 && isPrefix(parts[0]!) && !(seller !== null && hosts.has(seller))) {
    const prefix = providerName(parts.shift()!);
    seller = seller === null || passages.has(seller) ? prefix : seller;
    while (seller === 'bedrock' && parts.length > 1 && isRoute(parts[0]!)) parts.shift();
  }
  return { seller, name: parts.join('/') };
}

/** They hand a request on, and the provider that is named after them sells it. */
const passages = set('litellm litellm_proxy openrouter');

const isRoute = (part: string): boolean => /^(?:converse|invoke|[a-z]{2}(?:-gov)?-[a-z]+-\d)$/u.test(part);

/** The ways to write a name, as it is written first. */
function spellingsOf(name: string): string[] {
  const plain = name.replace(/^(?:us|eu|apac|ap|jp|au|ca|global|us-gov)\.(?=[a-z0-9]+\.)/u, '');
  const bedrock = plain.replace(/(:\d+):\d+k$/u, '$1');
  return [...new Set([name, plain, bedrock, madeBy(bedrock)])];
}

/** As the maker writes it, whom Bedrock, Vertex AI, Azure and OpenRouter do not follow in all things. */
function madeBy(name: string): string {
  if (name.startsWith('gpt-35-')) return name.replace('gpt-35-', 'gpt-3.5-');
  if (name.startsWith('ft:')) return name.split(':', 2).join(':');
  const bare = name.replace(/^anthropic\./u, '');
  if (!bare.startsWith('claude-')) return name;
  return bare
    .replace(/-v\d+(?::\d+)?(?=@|$)/u, '')
    .replace('@', '-')
    .replaceAll('.', '-')
    .replace(/^(claude-[a-z]+-4)-0$/u, '$1');
}

const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12]\\d|3[01])';
const snapshot = new RegExp(
  `[-@](?:20\\d\\d-${month}-${day}|20\\d\\d${month}${day}|${month}${day}|${month}-20\\d\\d|latest|default)$`,
  'u',
);
const revision = /(?<=gemini-.*)-00\d$/u;

/** A name without what tells the snapshot: a date, a revision, "-latest"; null when nothing does. */
export function undated(name: string): string | null {
  const found = snapshot.exec(name) ?? revision.exec(name);
  return found === null ? null : name.slice(0, found.index);
}

/** Whether a name points to whatever is newest, rather than to one snapshot. */
export const isPointer = (name: string): boolean =>
  undated(name) === null || /[-@](?:latest|default)$/u.test(name);

/** Whether a maker has one price for all snapshots of a name. OpenAI has changed prices with the snapshot. */
export const isSteady = (name: string): boolean => name.startsWith('claude-');
