import { SourceNotice } from '../pages/source-notice.ts';

/** What tells how the systems fare that calls are read from; loaded beside the monitor. */
export const elements = { 'source-notice': SourceNotice };
