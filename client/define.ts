import { ConnectionState } from './elements/connection-state.ts';
import { ConversationCard } from './elements/conversation-card.ts';
import { ConversationHead } from './elements/conversation-head.ts';
import { ConversationList } from './elements/conversation-list.ts';
import { EmptyBoard } from './elements/empty-board.ts';
import { FactCard } from './elements/fact-card.ts';
import { KeyForm } from './elements/key-form.ts';
import { KnownFacts } from './elements/known-facts.ts';
import { MessageBubble } from './elements/message-bubble.ts';
import { MessageLog } from './elements/message-log.ts';
import { PersonFigures } from './elements/person-figures.ts';
import { SentimentLine } from './elements/sentiment-line.ts';
import { LiveInsights } from './pages/live-insights.ts';
import { LiveMonitor } from './pages/live-monitor.ts';
import { OpenConversation } from './pages/open-conversation.ts';

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'connection-state': ConnectionState,
  'conversation-card': ConversationCard,
  'conversation-head': ConversationHead,
  'conversation-list': ConversationList,
  'empty-board': EmptyBoard,
  'fact-card': FactCard,
  'key-form': KeyForm,
  'known-facts': KnownFacts,
  'message-bubble': MessageBubble,
  'message-log': MessageLog,
  'person-figures': PersonFigures,
  'sentiment-line': SentimentLine,
  'live-insights': LiveInsights,
  'open-conversation': OpenConversation,
  'live-monitor': LiveMonitor,
};

/** Registers all elements, the pages last, so that they find their parts. A second call changes nothing. */
export function defineElements(): void {
  for (const [tag, element] of Object.entries(ELEMENTS)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
