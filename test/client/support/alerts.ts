import {
  AlertBoardDocument,
  type AlertBoardSubscription,
  type AlertCardFragment,
  AlertViewerDocument,
  CreateAlertRuleDocument,
  RemoveAlertRuleDocument,
  ResolveAlertDocument,
  type AlertRuleFormFragment,
  SnoozeAlertDocument,
  UpdateAlertRuleDocument,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { moment } from './factories.ts';

export const anAlert = (facts: Partial<AlertCardFragment> = {}): AlertCardFragment => ({
  id: '1',
  ruleName: 'Angry callers',
  severity: 'WARNING',
  status: 'RAISED',
  text: 'Conversation c1: something was said that this rule watches for.',
  conversationId: 'c1',
  raisedAt: moment(0),
  snoozedUntil: null,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  ...facts,
});

const none = {
  windowMinutes: null,
  thresholdUsd: null,
  stage: null,
  thresholdMs: null,
  percentile: null,
  minTurns: null,
  messages: null,
  below: null,
  seconds: null,
  share: null,
  count: null,
  words: null,
  pattern: null,
  sender: null,
};

export const anAlertRule = (
  condition: Partial<AlertRuleFormFragment['condition']> = {},
  facts: Partial<AlertRuleFormFragment> = {},
): AlertRuleFormFragment => ({
  id: 'r1',
  name: 'Angry callers',
  severity: 'WARNING',
  isEnabled: true,
  platform: null,
  condition: { ...none, kind: 'WORDS', words: ['refund', 'lawyer'], ...condition },
  ...facts,
});

type Board = AlertBoardSubscription['alertBoard'];
type Outcome = { __typename: string; message?: string; field?: string };

/** A server that has alerts and nothing else. */
export class FakeAlerts {
  board: Board = { raised: 0, open: [], resolved: [], rules: [] };
  scopes: ('read' | 'operate' | 'admin')[] = ['read', 'operate', 'admin'];
  /** What a mutation answers instead of success. */
  refusal: Outcome | null = null;
  readonly sent: { document: unknown; variables: Record<string, unknown> }[] = [];
  #sinks = new Set<Sink<AlertBoardSubscription>>();

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: ((document: unknown, variables: Record<string, unknown>) => {
      if (document === AlertViewerDocument) {
        return Promise.resolve({ viewer: { scopes: this.scopes, openMode: false } });
      }
      this.sent.push({ document, variables });
      const names = new Map<unknown, string>([
        [SnoozeAlertDocument, 'snoozeAlert'],
        [ResolveAlertDocument, 'resolveAlert'],
        [CreateAlertRuleDocument, 'createAlertRule'],
        [UpdateAlertRuleDocument, 'updateAlertRule'],
        [RemoveAlertRuleDocument, 'removeAlertRule'],
      ]);
      return Promise.resolve({ [names.get(document)!]: this.refusal ?? { __typename: 'AlertPayload' } });
    }) as Connection['request'],
    subscribe: ((document: unknown, _variables: unknown, sink: Sink<AlertBoardSubscription>) => {
      if (document !== AlertBoardDocument) throw new Error('The fake server does not know this document.');
      this.#sinks.add(sink);
      queueMicrotask(() => sink.next({ alertBoard: this.board }));
      return () => this.#sinks.delete(sink);
    }) as Connection['subscribe'],
    dispose: () => undefined,
  });

  become(board: Partial<Board>): void {
    this.board = { ...this.board, ...board };
    for (const sink of this.#sinks) sink.next({ alertBoard: this.board });
  }
}
