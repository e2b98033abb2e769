import { FactCard } from '../elements/fact-card.ts';
import { KnownFacts } from '../elements/known-facts.ts';
import { PersonFigures } from '../elements/person-figures.ts';
import { SentimentLine } from '../elements/sentiment-line.ts';
import { LiveInsights } from '../pages/live-insights.ts';

/** What `<live-insights>` is made of; loaded when one is on a page. */
export const elements = {
  'fact-card': FactCard,
  'known-facts': KnownFacts,
  'person-figures': PersonFigures,
  'sentiment-line': SentimentLine,
  'live-insights': LiveInsights,
};
