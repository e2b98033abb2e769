import { ConnectionState } from '../elements/connection-state.ts';
import { ConversationCard } from '../elements/conversation-card.ts';
import { ConversationHead } from '../elements/conversation-head.ts';
import { ConversationList } from '../elements/conversation-list.ts';
import { KeyForm } from '../elements/key-form.ts';
import { MessageBubble } from '../elements/message-bubble.ts';
import { MessageLog } from '../elements/message-log.ts';
import { PlaceBar } from '../elements/place-bar.ts';
import { RatingMark } from '../elements/rating-mark.ts';
import { ShortcutHelp } from '../elements/shortcut-help.ts';
import { LiveMonitor } from '../pages/live-monitor.ts';
import { OpenConversation } from '../pages/open-conversation.ts';

/** What is in the first script. The pages are last, so that they find their parts. */
export const elements = {
  'connection-state': ConnectionState,
  'conversation-card': ConversationCard,
  'conversation-head': ConversationHead,
  'conversation-list': ConversationList,
  'key-form': KeyForm,
  'message-bubble': MessageBubble,
  'rating-mark': RatingMark,
  'message-log': MessageLog,
  'place-bar': PlaceBar,
  'shortcut-help': ShortcutHelp,
  'open-conversation': OpenConversation,
  'live-monitor': LiveMonitor,
};
