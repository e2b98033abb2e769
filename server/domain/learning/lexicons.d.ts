/** Words and emoticons to the mean rating by ten people, −4 to 4. */
declare module 'vader-sentiment/src/vader_lexicon.js' {
  export const lexicon: Record<string, number>;
}

/** Words and emoji to a rating from −5 to 5. */
declare module 'sentiment/lib/language-processor.js' {
  const processor: { getLabels(language: 'en'): Record<string, number> };
  export default processor;
}
