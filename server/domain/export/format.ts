import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import type { Format } from './part.ts';
import { transcript } from './transcript.ts';

export const formatNames = ['jsonl', 'csv', 'txt'] as const;
export type FormatName = (typeof formatNames)[number];

export const formats: Record<FormatName, Format> = { jsonl, csv, txt: transcript };
