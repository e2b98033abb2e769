/** What an operator wrote down about a conversation, for other operators. */
export type Note = { id: number; conversationId: number; author: string; text: string; at: string };
