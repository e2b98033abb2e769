import type { Command, LogExchange, LogMessage } from '../../server/domain/command.ts';
import type { Call, Extras, Stated } from '../../server/domain/exchange.ts';
import type { JsonObject } from '../../server/domain/value.ts';

type Said = { call: Call; stated: Stated; extras: Extras; by: 'BOT' | 'HUMAN'; now: string };
type Exchange = { firstMessage: number; arrivedAt: string; calls: Said[] };
type Note = { id: number; text: string; at: string; metadata: JsonObject };
type Conversation = {
  platform: string;
  channel: string;
  endUser: string | null;
  status: 'ACTIVE' | 'CLOSED';
  exchanges: Exchange[];
  notes: Note[];
};

/** Whose word counts most, from the contract: a whole exchange, then the step whose business the field is. */
const settledByAsk = ['userMessage', 'promptName', 'model', 'askedAt'];

/**
 * What a list of commands adds up to, told a second time in the simplest way: it forgets no call, and only when
 * it is asked does it look for the one that wins.
 */
export class Model {
  readonly #conversations = new Map<string, Conversation>();
  #lastMessage = 0;
  #lastGenerated = 0;

  /** Takes a command; false when it must be refused. */
  take(command: Command, now: string): boolean {
    if (command.kind === 'logExchange') this.#exchange(command, now);
    else if (command.kind === 'logMessage') this.#message(command, now);
    else if (command.kind === 'closeConversation' || command.kind === 'reopenConversation') {
      const conversation = this.#conversations.get(command.conversationId);
      if (conversation === undefined) return false;
      conversation.status = command.kind === 'closeConversation' ? 'CLOSED' : 'ACTIVE';
    } else throw new Error(`The model knows nothing of ${command.kind}.`);
    return true;
  }

  /** Everything that a reader can tell, by external id. */
  tell(): Record<string, object> {
    return Object.fromEntries([...this.#conversations].map(([id, it]) => [id, tellConversation(it)]));
  }

  #exchange({ conversationId, platform, call, stated, extras }: LogExchange, now: string): void {
    const conversation = this.#open(conversationId ?? this.#generate(now), platform);
    const exchange = conversation.exchanges[0] ?? this.#newExchange(conversation, now);
    say(conversation, exchange, { call, stated, extras, by: 'BOT', now });
  }

  #message({ sender, text, at, metadata, facts, ...about }: LogMessage, now: string): void {
    const conversation = this.#open(about.conversationId, about.platform ?? 'api');
    conversation.platform = about.platform ?? conversation.platform;
    conversation.channel = about.channel ?? conversation.channel;
    conversation.endUser = about.endUserId ?? conversation.endUser;
    if (sender === 'SYSTEM') {
      conversation.notes.push({ id: (this.#lastMessage += 1), text, at: at ?? now, metadata });
      return;
    }
    const newest = conversation.exchanges.at(-1);
    const answered = sender !== 'USER' && newest && settle(newest, 'response') === undefined ? newest : null;
    const stated: Stated = {
      ...facts,
      ...(sender === 'USER' ? { userMessage: text } : { response: text }),
      ...(at && (sender === 'USER' ? { askedAt: at } : { repliedAt: at })),
      ...(at && answered === null && { timestamp: at }),
    };
    const [call, by] = [sender === 'USER' ? 'ask' : 'reply', sender === 'HUMAN' ? 'HUMAN' : 'BOT'] as const;
    const extras: Extras = { side: call, values: metadata };
    say(conversation, answered ?? this.#newExchange(conversation, now), { call, stated, extras, by, now });
  }

  #open(id: string, platform: string): Conversation {
    const known = this.#conversations.get(id);
    if (known !== undefined) return known;
    const status = 'ACTIVE';
    const fresh: Conversation = {
      platform,
      channel: 'CHAT',
      endUser: null,
      status,
      exchanges: [],
      notes: [],
    };
    this.#conversations.set(id, fresh);
    return fresh;
  }

  #newExchange({ exchanges }: Conversation, now: string): Exchange {
    const exchange = { firstMessage: this.#lastMessage + 1, arrivedAt: now, calls: [] };
    this.#lastMessage += 2;
    exchanges.push(exchange);
    return exchange;
  }

  #generate(now: string): string {
    let ms = Math.max(Date.parse(now), this.#lastGenerated + 1);
    while (this.#conversations.has(`live_${ms}`)) ms += 1;
    this.#lastGenerated = ms;
    return `live_${ms}`;
  }
}

function say(conversation: Conversation, { calls }: Exchange, said: Said): void {
  const isNews = !calls.some(({ stated }) => stated.userMessage !== undefined);
  if (isNews && said.stated.userMessage !== undefined) conversation.status = 'ACTIVE';
  calls.push(said);
}

function settle(exchange: Exchange, field: keyof Stated): unknown {
  const speakers = exchange.calls.filter(({ stated }) => stated[field] !== undefined);
  const steps: Call[] = settledByAsk.includes(field) ? ['ask', 'reply'] : ['reply', 'ask'];
  const winners = (['whole', ...steps] as const).map((kind) =>
    speakers.findLast(({ call }) => call === kind),
  );
  return winners.find((said) => said !== undefined)?.stated[field];
}

function settleExtras(exchange: Exchange, side: 'ask' | 'reply'): JsonObject {
  const calls = exchange.calls.filter(({ extras }) => extras.side === side);
  const later = [
    ...calls.filter(({ call }) => call !== 'whole'),
    ...calls.filter(({ call }) => call === 'whole'),
  ];
  return Object.fromEntries(later.flatMap(({ extras }) => Object.entries(extras.values)));
}

const fields = [
  'userMessage',
  'response',
  'promptName',
  'model',
  'latencyMs',
  'tokensUsed',
  'status',
  'timestamp',
  'askedAt',
  'repliedAt',
] as const;

function tellConversation({ exchanges, notes, ...conversation }: Conversation): object {
  const messages = exchanges.flatMap((exchange, index) => {
    const tell = (side: 'ask' | 'reply', text: 'userMessage' | 'response', at: 'askedAt' | 'repliedAt') => {
      const first = exchange.calls.find(({ stated }) => stated[text] !== undefined);
      return first === undefined
        ? []
        : {
            id: exchange.firstMessage + (side === 'ask' ? 0 : 1),
            exchange: index + 1,
            sender: side === 'ask' ? 'USER' : first.by,
            text: settle(exchange, text),
            at: settle(exchange, at) ?? first.now,
            metadata: settleExtras(exchange, side),
          };
    };
    return [tell('ask', 'userMessage', 'askedAt'), tell('reply', 'response', 'repliedAt')].flat();
  });
  const all = [...messages, ...notes.map((note) => ({ ...note, exchange: null, sender: 'SYSTEM' }))];
  return {
    ...conversation,
    messages: all.toSorted((left, right) => left.id - right.id),
    exchanges: exchanges.map((exchange) => ({
      firstMessage: exchange.firstMessage,
      arrivedAt: exchange.arrivedAt,
      stated: Object.fromEntries(
        fields.flatMap((field) => {
          const value = settle(exchange, field);
          return value === undefined ? [] : [[field, value]];
        }),
      ),
    })),
  };
}
