/**
 * What the first script hands to those that it loads on demand, so that nothing is on the wire twice. The build takes
 * every module that is named here out of the parts, and refuses a part that needs more of one than is listed.
 */
export { ContextConsumer } from '@lit/context';
export { css, html, LitElement, nothing, svg, unsafeCSS } from 'lit';
export { live } from 'lit/directives/live.js';
export { repeat } from 'lit/directives/repeat.js';
export { ConnectionError } from './connection-error.ts';
export { clockContext, connectionContext, framesContext, operatorContext } from './contexts.ts';
export { FeedController } from './controllers/feed.ts';
export { FrameStream } from './controllers/frames.ts';
export { QueryController } from './controllers/query.ts';
export { RoomController } from './controllers/room.ts';
export { retryDelay } from './controllers/retry-delay.ts';
export { StateController } from './controllers/state.ts';
export { CopyController } from './controllers/copy.ts';
export { commandBox } from './elements/command-box.ts';
export { dotted } from './elements/dotted.ts';
export { counted, duration, percent } from './elements/figures.ts';
export { WakeController } from './controllers/wake.ts';
export { curl, masked, post, YOUR_KEY } from './elements/first-words.ts';
export { fire } from './elements/fire.ts';
export { ReadingLog } from './elements/reading-log.ts';
export { CHOICES, isPoor, RATING_FLAGS, ratingShape, UNEXPLAINED } from './elements/rating.ts';
export { age, fullMoment, since, timeOfDay, wait } from './elements/moments.ts';
export { frame } from './frame.ts';
export { ConnectedPage } from './pages/connected-page.ts';
export { LivePage, note } from './pages/live-page.ts';
export { loadPart } from './parts.ts';
export { button, tokens, visuallyHidden } from './tokens.ts';
