import type { JsonObject } from './value.ts';

export const ratingTypes = ['THUMBS', 'STARS'] as const;
export type RatingType = (typeof ratingTypes)[number];

/** A rating by the person or somebody beside, with flags and words. */
export type Feedback = {
  id: number;
  conversationId: number;
  /** The caller's own ids of what is rated. */
  turnId: string | null;
  messageId: string | null;
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
