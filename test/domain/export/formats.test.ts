import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../../server/domain/conversation.ts';
import { formats } from '../../../server/domain/export/format.ts';
import type { Part } from '../../../server/domain/export/part.ts';
import { parseExport } from '../../../server/domain/export/request.ts';
import type { Message } from '../../../server/domain/message.ts';
import type { Segment } from '../../../server/domain/segment.ts';

const at = '2025-01-20T12:00:00.000Z';
const conversation: Conversation = {
  id: 1,
  externalId: 'conv, "1"',
  endUser: { id: 1, externalId: '@user123', createdAt: at },
  channel: 'CHAT',
  platform: 'polly',
  status: 'CLOSED',
  messages: 2,
  exchanges: 1,
  lastMessage: 2,
  lastText: 'x',
  lastSender: 'BOT',
  startedAt: at,
  closedAt: '2025-01-20T13:00:00.000Z',
  owner: 'BOT',
  ownerSince: at,
  operator: null,
  handoffReason: null,
  closeReason: null,
  priority: 0,
  handoffs: 0,
  wantedSince: null,
  activeAt: at,
  activeSeq: 3,
};
const message = (id: number, text: string, more: Partial<Message> = {}): Message => ({
  id,
  conversationId: 1,
  exchange: 1,
  sender: 'USER',
  text,
  at,
  metadata: {},
  endUserId: 1,
  sentiment: null,
  topics: [],
  requiresHuman: false,
  humanReplied: false,
  ...more,
});
const odd: Message[] = [
  message(1, '=HYPERLINK("http://evil.example","you won")', { sentiment: -0.5, topics: ['music', 'food'] }),
  message(2, 'one\r\ntwo\n[2025-01-20 12:00:00Z] BOT: I am not the bot', {
    sender: 'BOT',
    metadata: { model: 'gpt-4' },
  }),
  message(3, "'=1+1, said she"),
  message(4, 'שלום 👩‍👩‍👧 مرحبا'),
  message(5, '-\t+'),
];
const segment: Segment = {
  id: 6,
  conversationId: 1,
  externalId: '=s1',
  speaker: 'AGENT',
  text: 'first\nsecond',
  startMs: 3_665_000,
  endMs: 3_666_500.5,
  isPartial: false,
  sentiment: 0.5,
  at,
  metadata: { source: 'asr' },
  matches: [],
  seq: 9,
};
const part = (messages: Message[], more: Partial<Part> = {}): Part => ({
  conversation,
  messages,
  segments: [],
  isFirst: true,
  isLast: true,
  ...more,
});

describe('JSON lines', () => {
  test('tell the conversation, then its messages', () => {
    const [head, first, ...rest] = formats.jsonl
      .write(part(odd))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(head).toEqual({
      type: 'conversation',
      id: 'conv, "1"',
      user: '@user123',
      channel: 'CHAT',
      platform: 'polly',
      status: 'CLOSED',
      owner: 'BOT',
      operator: null,
      handoffReason: null,
      closeReason: null,
      priority: 0,
      startedAt: at,
      closedAt: '2025-01-20T13:00:00.000Z',
    });
    expect(first).toEqual({
      type: 'message',
      conversation: 'conv, "1"',
      id: 1,
      exchange: 1,
      sender: 'USER',
      at,
      text: '=HYPERLINK("http://evil.example","you won")',
      sentiment: -0.5,
      topics: ['music', 'food'],
      requiresHuman: false,
      humanReplied: false,
      metadata: {},
    });
    expect(rest).toMatchObject(odd.slice(1).map(({ text }) => ({ text })));
  });

  test('tell a conversation that comes in parts once', () => {
    const text =
      formats.jsonl.write(part([odd[0]!], { isLast: false })) +
      formats.jsonl.write(part([odd[1]!], { isFirst: false }));
    expect(text.match(/"type":"conversation"/gu)).toHaveLength(1);
  });
});

const head =
  'conversation,user,channel,platform,status,owner,started_at,message,sender,at,text,sentiment,topics,metadata,segment,start_ms,end_ms\r\n';
const left = `"conv, ""1""",'@user123,CHAT,polly,CLOSED,BOT,${at}`;

/** Reads RFC 4180 character by character; knows nothing of how it was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ',') {
      row.push(cell);
      cell = '';
    } else if (!quoted && char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      [row, cell] = [[], ''];
      at += 1;
    } else cell += char;
  }
  if (quoted || cell !== '' || row.length > 0) throw new Error('the last row has no end');
  return rows;
}

describe('CSV', () => {
  test('has a byte order mark, names, and a row for each message, in which nothing is a formula', () => {
    expect(formats.csv.head).toBe(`\ufeff${head}`);
    expect(formats.csv.write(part(odd))).toBe(
      [
        `${left},1,USER,${at},"'=HYPERLINK(""http://evil.example"",""you won"")",-0.5,music; food,{},,,`,
        `${left},2,BOT,${at},"one\r\ntwo\n[2025-01-20 12:00:00Z] BOT: I am not the bot",,,"{""model"":""gpt-4""}",,,`,
        `${left},3,USER,${at},"''=1+1, said she",,,{},,,`,
        `${left},4,USER,${at},שלום 👩‍👩‍👧 مرحبا,,,{},,,`,
        `${left},5,USER,${at},'-\t+,,,{},,,`,
        '',
      ].join('\r\n'),
    );
  });

  test('read by anybody it holds what was said, whatever that was', () => {
    const nasty = fc.stringMatching(/^['=+\-@\t\r\n＝＋－＠]*["',;\n\r=a-z 😀]*$/u);
    fc.assert(
      fc.property(fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 5 }), (texts) => {
        const rows = readCsv(formats.csv.write(part(texts.map((text, index) => message(index, text)))));
        const cells = rows.map((row) => row[10]!);
        expect(cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/u.test(cell))).toEqual([]);
        expect(cells.map((cell) => cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/u, ''))).toEqual(texts);
        expect(rows.every((row) => row.length === 17)).toBe(true);
      }),
    );
  });
});

describe('a transcript', () => {
  test('has a head, and words of several lines cannot be taken for those of somebody else', () => {
    expect(formats.txt.write(part(odd))).toBe(`# conv, "1"
# CHAT on polly, with @user123, since 2025-01-20 12:00:00Z, CLOSED, answered by BOT

[2025-01-20 12:00:00Z] USER: =HYPERLINK("http://evil.example","you won")
[2025-01-20 12:00:00Z] BOT: one
    two
    [2025-01-20 12:00:00Z] BOT: I am not the bot
[2025-01-20 12:00:00Z] USER: '=1+1, said she
[2025-01-20 12:00:00Z] USER: שלום 👩‍👩‍👧 مرحبا
[2025-01-20 12:00:00Z] USER: -\t+

`);
  });

  test('has lines of no other kind, whatever is said', () => {
    const platform = 'x\n[2025-01-20 12:00:00Z] BOT: y';
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = formats.txt.write(
          part([message(1, text)], { conversation: { ...conversation, platform } }),
        );
        const lines = written.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/u);
        expect(lines.filter((line) => line.startsWith('['))).toHaveLength(1);
        expect(lines.filter((line) => !/^(?:# |\[2025| {4}|$)/u.test(line))).toEqual([]);
      }),
    );
  });
});

test.each([
  [
    'jsonl',
    `{"type":"segment","conversation":"conv, \\"1\\"","id":"=s1","speaker":"AGENT","startMs":3665000,"endMs":3666500.5,"at":"${at}","text":"first\\nsecond","sentiment":0.5,"metadata":{"source":"asr"}}\n`,
  ],
  ['csv', `${left},,AGENT,${at},"first\nsecond",0.5,,"{""source"":""asr""}",'=s1,3665000,3666500.5\r\n`],
  ['txt', '[1:01:05] AGENT: first\n    second\n'],
] as const)('a segment of a call in %s', (format, written) => {
  expect(formats[format].write(part([], { segments: [segment], isFirst: false, isLast: false }))).toBe(
    written,
  );
});

describe('what is asked', () => {
  test('may be written in small letters, and moments in any zone', () => {
    expect(parseExport({ format: 'CSV', status: 'closed', from: '2025-01-20T12:00:00+02:00' })).toEqual({
      format: 'csv',
      filter: { status: 'CLOSED', from: '2025-01-20T10:00:00.000Z' },
      terms: null,
    });
  });
});
