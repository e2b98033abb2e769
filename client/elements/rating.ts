import { svg } from 'lit';
import type { RatingType, SubmitFeedbackInput } from '../../generated/client/graphql.ts';

/** What may be wrong with an answer, by the names of the API. */
export const RATING_FLAGS = {
  isIncorrect: 'Wrong',
  isTooSlow: 'Too slow',
  isUnhelpful: 'Not helpful',
  isOffensive: 'Offensive',
} as const;

export type RatingFlag = keyof typeof RATING_FLAGS;

/** What a person adds to a rating. */
export type Explanation = Readonly<Record<RatingFlag, boolean>> &
  Required<Pick<SubmitFeedbackInput, 'category' | 'text'>>;

export const UNEXPLAINED: Explanation = {
  isIncorrect: false,
  isTooSlow: false,
  isUnhelpful: false,
  isOffensive: false,
  category: null,
  text: null,
};

interface Choice {
  readonly value: number;
  readonly name: string;
}

/** How may be rated, the best thumb first and the fewest stars first, as people are used to it. */
export const CHOICES: Readonly<Record<RatingType, readonly Choice[]>> = {
  THUMBS: [
    { value: 1, name: 'Yes' },
    { value: -1, name: 'No' },
  ],
  STARS: [1, 2, 3, 4, 5].map((value) => ({ value, name: value === 1 ? '1 star' : `${value} stars` })),
};

/** Three stars are no praise: somebody who gives them may have something to tell. */
export function isPoor(type: RatingType, rating: number): boolean {
  return type === 'THUMBS' ? rating < 0 : rating <= 3;
}

const STAR = svg`<path d="m12 3 2.780 5.640 6.220.9-4.500 4.390 1.060 6.200L12 17.200l-5.560 2.930 1.060-6.200L3 9.540l6.220-.9z" />`;
const THUMB = svg`<path d="M3.250 11H7v9H3.250z" /><path d="m7 11 3.750-7.500c1.500 0 2.500 1 2.500 2.500v3.750h5.600a2 2 0 0 1 1.950 2.450l-1.450 6.250A2 2 0 0 1 17.400 20H7z" />`;

/** The shape of one choice, on a field of 24 by 24. */
export function ratingShape(type: RatingType, value: number) {
  if (type === 'STARS') return STAR;
  return value > 0 ? THUMB : svg`<g transform="matrix(1 0 0 -1 0 24)">${THUMB}</g>`;
}
