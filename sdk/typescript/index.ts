export {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  EarshotError,
  InvalidInputError,
  NotFoundError,
  RateLimitError,
  RequestTimeoutError,
  ServerError,
} from './errors.ts';
export type { Category, Fact, FactChange, InsightOptions, Sureness, UserInsights } from './insights.ts';
export type { ChatMessage, Interaction } from './message.ts';
export { EarshotSDK, EarshotSDK as AIUserLearningSDK } from './sdk.ts';
export type { BulkResult, LogResult, Outcome } from './sdk.ts';
export type { EarshotOptions } from './settings.ts';
