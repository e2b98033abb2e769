import { AnswerBar } from '../elements/answer-bar.ts';
import { AskForm } from '../elements/ask-form.ts';
import { ConfirmBar } from '../elements/confirm-bar.ts';
import { LetterList } from '../elements/letter-list.ts';
import { OperatorName } from '../elements/operator-name.ts';
import { WritingField } from '../elements/writing-field.ts';
import { EraseWords } from '../pages/erase-words.ts';
import { OperatorNotes } from '../pages/operator-notes.ts';
import { ReplyDesk } from '../pages/reply-desk.ts';

/** What a person steps in with; loaded when a conversation is open. */
export const elements = {
  'answer-bar': AnswerBar,
  'ask-form': AskForm,
  'confirm-bar': ConfirmBar,
  'letter-list': LetterList,
  'operator-name': OperatorName,
  'writing-field': WritingField,
  'erase-words': EraseWords,
  'operator-notes': OperatorNotes,
  'reply-desk': ReplyDesk,
};
