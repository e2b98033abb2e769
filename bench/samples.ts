/** What users ask and bots answer in the runs: about 400 bytes a call, as bots send it. */
export const conversationBodies = [
  [
    'Where is my order? It was to arrive on Tuesday and the tracking page says nothing new.',
    'I am sorry about the wait. Your parcel left our warehouse on Monday and is with the carrier now; it should be there tomorrow before noon. Shall I send you the new tracking link?',
  ],
  [
    'Can I still change the delivery address? I am at my parents’ house this week.',
    'Yes, until the parcel is handed to the last driver. Tell me the street, the town and the postal code, and I will pass it on to the carrier at once.',
  ],
  [
    'What does the warranty cover when the display has a crack after two months?',
    'The warranty covers faults of material and making for two years. A crack from a fall is not part of it, but a repair at a fixed price is; I can tell you the price for your model.',
  ],
  [
    'Please cancel my subscription at the end of the month and confirm it by mail.',
    'Done: your subscription ends on the last day of this month, and nothing will be charged after that. The confirmation is on its way to the address that we have on file.',
  ],
].map(([question, reply], index) =>
  JSON.stringify({
    id: '{{id}}',
    user_message: question,
    polly_response: reply,
    model: 'gpt-4o-mini',
    latency_ms: 640 + 17 * index,
    tokens_used: { prompt: 212 + index, completion: 58, total: 270 + index },
  }),
);

/** The same as a learning system is told it, eight calls a user, every second with something to learn from. */
export const interactionBodies = conversationBodies.map((body, index) => {
  const said = JSON.parse(body) as { user_message: string; polly_response: string; model: string };
  const told = index % 2 === 0 ? 'I love hiking and jazz, and I live in Oslo. ' : '';
  return JSON.stringify({
    user_id: '{{group}}',
    message: told + said.user_message,
    response: said.polly_response,
    metadata: { source: 'gradio', model: said.model },
  });
});

type SampleMessage = {
  conversationId: string;
  sender: 'USER' | 'BOT';
  text: string;
  model?: string;
  latencyMs?: number;
  tokensUsed?: object;
};

const lines = conversationBodies.flatMap((body): Omit<SampleMessage, 'conversationId'>[] => {
  const it = JSON.parse(body) as {
    user_message: string;
    polly_response: string;
    model: string;
    latency_ms: number;
    tokens_used: object;
  };
  return [
    { sender: 'USER', text: it.user_message },
    {
      sender: 'BOT',
      text: it.polly_response,
      model: it.model,
      latencyMs: it.latency_ms,
      tokensUsed: it.tokens_used,
    },
  ];
});

/** The messages of one conversation of eight, four questions with their replies. */
export const conversationOf = (conversationId: string): SampleMessage[] =>
  lines.map((it) => ({ conversationId, ...it }));
