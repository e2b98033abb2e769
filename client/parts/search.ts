import { SearchFilters } from '../elements/search-filters.ts';
import { SearchResult } from '../elements/search-result.ts';
import { LiveSearch } from '../pages/live-search.ts';

/** What `<live-search>` is made of; loaded when one is on a page. */
export const elements = {
  'search-filters': SearchFilters,
  'search-result': SearchResult,
  'live-search': LiveSearch,
};
