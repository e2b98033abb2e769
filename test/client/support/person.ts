import {
  ConfirmFactDocument,
  CorrectFactDocument,
  type FactProofsFragment,
  ForgetFactDocument,
  PersonDocument,
  type PersonSubscription,
  ProofsDocument,
  RightsDocument,
  type RightsQuery,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import type { Fact, Person } from '../../../client/reducers/knowledge.ts';
import { moment } from './factories.ts';

export function aFact(facts: Partial<Fact> = {}): Fact {
  const value = facts.value ?? 'Likes jazz';
  return {
    id: btoa(`Fact:${value}`),
    key: value.toLowerCase(),
    category: 'INTERESTS',
    value,
    polarity: 'POSITIVE',
    tense: 'PRESENT',
    confidence: 'MEDIUM',
    isStated: true,
    isConfirmed: false,
    evidenceCount: 1,
    lastSaidAt: moment(0),
    ...facts,
  };
}

export function aPerson(facts: Partial<Person> = {}): Person {
  return {
    externalId: 'user123',
    firstSeenAt: moment(0),
    facts: [aFact()],
    messages: [0.6, -0.2, 0].map((sentiment, place) => ({
      id: btoa(`Message:${place}`),
      at: moment(place),
      sentiment,
    })),
    insights: { averageSentiment: 0.13, messageCount: 3, mostActiveHour: 23 },
    ...facts,
  };
}

export const someProofs: FactProofsFragment = {
  evidence: [
    {
      quote: 'I love jazz',
      text: 'You know, I love jazz so much',
      conversationId: 'conv_1736',
      at: moment(0),
    },
  ],
  history: [{ id: 'old', value: 'Likes blues', endedAt: moment(0) }],
};

interface Follower {
  readonly externalId: string;
  readonly sink: Sink<PersonSubscription>;
  stopped: boolean;
}

/** A server that knows one person: answers the documents of the insights, and tells what a test tells it to. */
export class FakeKnowledge {
  person: Person | null = aPerson();
  viewer: RightsQuery['viewer'] = { scopes: ['read', 'operate'], openMode: false };
  proofs: FactProofsFragment | null = someProofs;
  /** Fails every request while it is set. */
  failure: ConnectionError | null = null;
  /** The key that is asked for, if any. */
  key: string | null = null;
  /** What a mutation answers instead of success. */
  refusal: string | null = null;
  readonly asked: { document: unknown; variables: Record<string, unknown> }[] = [];
  readonly followers: Follower[] = [];

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, variables: Record<string, unknown>) => {
      this.asked.push({ document, variables });
      await Promise.resolve();
      if (this.failure) throw this.failure;
      return this.#answer(document);
    }) as Connection['request'],
    subscribe: ((document: unknown, { externalId }: { externalId: string }, sink: Follower['sink']) => {
      if (document !== PersonDocument) throw new Error('The fake server does not know this document.');
      const follower: Follower = { externalId, sink, stopped: false };
      this.followers.push(follower);
      queueMicrotask(() => {
        if (this.key !== null && token !== this.key) {
          sink.cut(new ConnectionError('key-needed', 'A key is needed.'));
        } else this.#tell(follower);
      });
      return () => (follower.stopped = true);
    }) as Connection['subscribe'],
    dispose: () => undefined,
  });

  /** The person is otherwise from now on. */
  become(person: Person | null): void {
    this.person = person;
    for (const follower of this.followers) this.#tell(follower);
  }

  cut(kind: ConnectionErrorKind = 'lost'): void {
    for (const { sink, stopped } of this.followers.splice(0)) {
      if (!stopped) sink.cut(new ConnectionError(kind, 'The connection was cut.'));
    }
  }

  /** The variables of the requests for one document. */
  askedFor(document: unknown): Record<string, unknown>[] {
    return this.asked.filter((request) => request.document === document).map(({ variables }) => variables);
  }

  #tell({ externalId, sink, stopped }: Follower): void {
    if (!stopped) sink.next({ endUser: this.person?.externalId === externalId ? this.person : null });
  }

  #answer(document: unknown): unknown {
    const outcome =
      this.refusal === null
        ? { __typename: 'FactPayload' }
        : { __typename: 'NotFoundError', message: this.refusal };
    switch (document) {
      case RightsDocument:
        return { viewer: this.viewer };
      case ProofsDocument:
        return { node: this.proofs && { __typename: 'Fact', ...this.proofs } };
      case ConfirmFactDocument:
        return { confirmFact: outcome };
      case CorrectFactDocument:
        return { correctFact: outcome };
      case ForgetFactDocument:
        return { forgetFact: outcome };
      default:
        throw new Error('The fake server does not know this document.');
    }
  }
}
