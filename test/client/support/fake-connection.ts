import {
  AddNoteDocument,
  BoardDocument,
  type BoardQuery,
  ConversationsDocument,
  CloseConversationDocument,
  FeedDocument,
  FoundConversationDocument,
  ForgetEndUserDocument,
  NotesDocument,
  type NotesQuery,
  OpenCallDocument,
  OpenConversationDocument,
  PurgeConversationDocument,
  RaisedAlertsDocument,
  ReleaseConversationDocument,
  ReopenConversationDocument,
  ReplyAsHumanDocument,
  RequestHumanDocument,
  TakeOverDocument,
  type FeedSubscription,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import type { FeedFrame } from '../../../client/controllers/frames.ts';
import type { Conversation } from '../../../client/reducers/board.ts';
import type { Message, Rating } from '../../../client/reducers/thread.ts';
import { aFrame, aPage } from './factories.ts';

interface Subscription {
  readonly after: string;
  readonly sink: Sink<FeedSubscription>;
  stopped: boolean;
}

/** A server in a few maps: answers the page's own documents, and says on the feed what a test tells it to. */
export class FakeServer {
  conversations: Conversation[] = [];
  /** Those that the first page of the list does not have. */
  others: Conversation[] = [];
  messages = new Map<string, Message[]>();
  ratings = new Map<string, Rating[]>();
  /** External ids of conversations with turns or costs. */
  withFigures = new Set<string>();
  viewer: BoardQuery['viewer'] = {
    project: { name: 'cafe-pentagon' },
    scopes: ['read', 'operate'],
    openMode: false,
  };
  sources: BoardQuery['sources'] = [];
  raisedAlerts = 0;
  cursor = 'epoch:0';
  /** Fails every request while it is set. */
  failure: ConnectionError | null = null;
  /** Cuts every subscription as it begins. */
  isDown = false;
  /** The key that is asked for, if any. */
  key: string | null = null;
  /** What a mutation answers instead of success. */
  refusal: string | null = null;
  /** Requests wait for it before they are answered. */
  gate: Promise<void> = Promise.resolve();
  notes: NonNullable<NotesQuery['conversation']>['notes']['nodes'] = [];
  readonly asked: { document: unknown; variables: Record<string, unknown>; key?: string | undefined }[] = [];
  readonly subscriptions: Subscription[] = [];

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, variables: Record<string, unknown>, key?: string) => {
      this.asked.push({ document, variables, key });
      await this.gate;
      if (this.failure) throw this.failure;
      if (this.key !== null && token !== this.key)
        throw new ConnectionError('key-needed', 'A key is needed.');
      return this.#answer(document, variables);
    }) as Connection['request'],
    subscribe: ((document: unknown, { after }: { after: string }, sink: Sink<FeedSubscription>) => {
      // Pages in other places have states of their own; here they wait for them.
      if (document !== FeedDocument) return () => undefined;
      const subscription: Subscription = { after, sink, stopped: false };
      if (this.isDown) queueMicrotask(() => sink.cut(new ConnectionError('lost', 'The connection was cut.')));
      else this.subscriptions.push(subscription);
      queueMicrotask(() => this.#send(subscription, aFrame([], { cursor: after })));
      return () => (subscription.stopped = true);
    }) as Connection['subscribe'],
    dispose: () => undefined,
  });

  say(frame: FeedFrame): void {
    for (const subscription of this.subscriptions) this.#send(subscription, frame);
  }

  /** What was sent with a document. */
  sent(document: unknown): readonly Record<string, unknown>[] {
    return this.asked.filter((each) => each.document === document).map(({ variables }) => variables);
  }

  cut(kind: ConnectionErrorKind = 'lost'): void {
    for (const { sink, stopped } of this.subscriptions.splice(0)) {
      if (!stopped) sink.cut(new ConnectionError(kind, 'The connection was cut.'));
    }
  }

  #send({ sink, stopped }: Subscription, frame: FeedFrame): void {
    if (!stopped) sink.next({ feed: frame });
  }

  #answer(document: unknown, variables: Record<string, unknown>): unknown {
    switch (document) {
      case BoardDocument:
        return {
          viewer: this.viewer,
          sources: this.sources,
          raisedAlerts: this.raisedAlerts,
          conversations: { cursor: this.cursor, ...aPage(this.conversations) },
          waiting: aPage(this.conversations.filter(({ owner }) => owner === 'PENDING')),
          held: aPage(this.conversations.filter(({ owner }) => owner === 'HUMAN')),
          selected: this.conversations.find(({ externalId }) => externalId === variables['selected']) ?? null,
        };
      case ConversationsDocument:
        return { conversations: aPage([]) };
      case RaisedAlertsDocument:
        return { raisedAlerts: this.raisedAlerts };
      case FoundConversationDocument:
        return {
          conversation: this.others.find(({ externalId }) => externalId === variables['externalId']) ?? null,
        };
      case OpenCallDocument:
        return { call: null };
      case OpenConversationDocument:
        return { session: this.#figures(variables), conversation: { messages: this.#messages(variables) } };
      case CloseConversationDocument:
        return { closeConversation: this.#outcome() };
      case ReopenConversationDocument:
        return { reopenConversation: this.#outcome() };
      case TakeOverDocument:
        return { takeOver: this.#outcome() };
      case ReleaseConversationDocument:
        return { releaseConversation: this.#outcome() };
      case RequestHumanDocument:
        return { requestHuman: this.#outcome() };
      case ReplyAsHumanDocument:
        return { replyAsHuman: this.#outcome() };
      case AddNoteDocument:
        return { addNote: this.#outcome() };
      case PurgeConversationDocument:
        return { purgeConversation: this.#outcome() };
      case ForgetEndUserDocument:
        return { forgetEndUser: this.#outcome() };
      case NotesDocument:
        return { conversation: { notes: { nodes: this.notes } } };
      default:
        throw new Error('The fake server does not know this document.');
    }
  }

  #messages({ externalId, before }: Record<string, unknown>) {
    const all = this.messages.get(String(externalId)) ?? [];
    const end = typeof before === 'string' ? all.findIndex(({ id }) => id === before) : all.length;
    const start = Math.max(0, end - 200);
    return {
      nodes: all.slice(start, end),
      pageInfo: { startCursor: all[start]?.id ?? null, hasPreviousPage: start > 0 },
    };
  }

  #figures({ externalId }: Record<string, unknown>) {
    const id = String(externalId);
    const entries = this.withFigures.has(id) ? 1 : 0;
    return {
      costs: { entries, unpricedEntries: 0 },
      metrics: { turns: 0 },
      feedback: { nodes: this.ratings.get(id) ?? [] },
    };
  }

  #outcome() {
    if (this.refusal === null) return { __typename: 'ConversationPayload' };
    return { __typename: 'NotFoundError', message: this.refusal };
  }
}
