import { RatingForm } from '../elements/rating-form.ts';
import { LiveFeedback } from '../pages/live-feedback.ts';

/** What `<live-feedback>` is made of; loaded when one is on a page. */
export const elements = {
  'rating-form': RatingForm,
  'live-feedback': LiveFeedback,
};
