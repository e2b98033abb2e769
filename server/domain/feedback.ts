import type { Setting } from './turn.ts';
import type { JsonObject } from './value.ts';

export const ratingTypes = ['THUMBS', 'STARS'] as const;
export type RatingType = (typeof ratingTypes)[number];

/** A rating by the person or somebody beside, with flags and words. */
export type Feedback = {
  id: number;
  conversationId: number;
  /** The caller's own id; the same id again replaces the rating. */
  externalId: string | null;
  /** The caller's own ids of what is rated. */
  turnId: string | null;
  messageId: string | null;
  /** The message that is rated, by id or by its words; null when it was not found. */
  message: number | null;
  /** The prompt and the model of the answer that is rated, where they are known. */
  promptName: string | null;
  model: string | null;
  /** THUMBS: −1 or 1. STARS: 1 to 5. */
  rating: number;
  ratingType: RatingType;
  text: string | null;
  category: string | null;
  isIncorrect: boolean;
  isTooSlow: boolean;
  isUnhelpful: boolean;
  isOffensive: boolean;
  userInput: string | null;
  assistantResponse: string | null;
  metadata: JsonObject;
  /** Null where it is counted in no roll-up. */
  setting: Setting | null;
  createdAt: string;
};

/** Why a rating does not fit its type; null when it does. The words are those of the document. */
export function faultOfRating(rating: number, type: RatingType): string | null {
  if (type === 'THUMBS') {
    return rating === 1 || rating === -1
      ? null
      : 'Rating must be -1 (thumbs down) or 1 (thumbs up) for thumbs type';
  }
  return rating >= 1 && rating <= 5 ? null : 'Rating must be between 1 and 5 for stars type';
}
