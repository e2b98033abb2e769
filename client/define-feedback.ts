import { RatingForm } from './elements/rating-form.ts';
import { LiveFeedback } from './pages/live-feedback.ts';

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'rating-form': RatingForm,
  'live-feedback': LiveFeedback,
};

/**
 * Registers what end users see. Apart from the monitor's list: a page that asks for ratings has no need of the
 * monitor, nor the monitor of it. A second call changes nothing.
 */
export function defineFeedback(): void {
  for (const [tag, element] of Object.entries(ELEMENTS)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
