import { CallDetails } from '../elements/call-details.ts';
import { CallList } from '../elements/call-list.ts';
import { SegmentBubble } from '../elements/segment-bubble.ts';
import { SegmentLog } from '../elements/segment-log.ts';
import { SentimentTrend } from '../elements/sentiment-trend.ts';
import { CallTile } from '../pages/call-tile.ts';
import { LiveTranscriptWall } from '../pages/live-transcript-wall.ts';
import { LiveTranscript } from '../pages/live-transcript.ts';

/** What `<live-transcript>` and `<live-transcript-wall>` are made of; loaded when one is on a page. */
export const elements = {
  'call-details': CallDetails,
  'call-list': CallList,
  'segment-bubble': SegmentBubble,
  'segment-log': SegmentLog,
  'sentiment-trend': SentimentTrend,
  'call-tile': CallTile,
  'live-transcript': LiveTranscript,
  'live-transcript-wall': LiveTranscriptWall,
};
