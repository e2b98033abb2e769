/** Words that make of a whole message a part that is played, or a text that is pasted. */
const PLAYED =
  /\b(?:pretend(?:ing)?|role ?-?play(?:ing)?|act as|let's play|you are (?:now )?(?:an?|my|the) (?!star\b|legend|genius|life ?saver|great|good|real|true|bot|robot|machine|joke|best|angel|godsend|gem|hero)|you're (?:now )?(?:an?|my) (?!star\b|legend|genius|life ?saver|great|good|real|true|bot|robot|machine|joke|angel|godsend|gem|hero)|once upon a time|ignore (?:all |any |the )?(?:previous|prior|above)|system prompt|repeat after me)\b|^\s*(?:system|user|assistant|human|ai|from|subject|lyrics|prompt)\s*:|^\s*\*[a-z][^*\n]{2,60}\*/mu;

/** Words that take back what is said beside them. */
const JOKING =
  /(?:yeah,? right|just kidding|\bj\/?k|kidding|🙄|said no ?one|\bas if i|\bnot!|sarcas|\bnot\s*$|(?:sure|great|fantastic|brilliant),? (?:yeah,? )?i (?:just |totally |really )?love|(?:^|\s)\/s)(?!\p{L})/mu;

/** From here on a text is only material: "translate: …", "rewrite this. …". */
const MATERIAL =
  /(?:^|[.!?\n]\s*|\b(?:please|you|can|could|and|to)\s+)(?:translate|rewrite|rephrase|proofread|paraphrase|correct|summari[sz]e|edit|fix|improve|polish|check|repeat|write|draft|compose|generate|create|make|classify|analy[sz]e)\b(?:[^.!?\n]{0,80}:|[^.!?\n]{0,20}\b(?:this|following|below)\b)/mu;

/** Words of the languages that share "i" with English, or stand where it would be misread. */
const FOREIGN =
  /(?<![\p{L}\p{N}'’])(?:og|ikke|jeg|det|ich|und|nicht|der|je|que|pas|les|est|el|los|di|che|och|jag|inte|het|een|niet|ik|mai|hai|eu|não|uma|io|sono|nie|jest|ve|bir)(?![\p{L}\p{N}'’])/gu;

// All of these read a text in lower case.

/** Whether the message is played or pasted, so that nothing in it is meant. */
export const isPlayed = (text: string): boolean => PLAYED.test(text);

/** Whether the message is a joke. */
export const isJoke = (text: string): boolean => JOKING.test(text);

/** Where what is so begins, after "just kidding" has taken back what was said before; 0 where nothing was. */
export const denialAt = (text: string): number => DENIAL.exec(text)?.[0].length ?? 0;

const DENIAL = /^\s*(?:(?:haha|lol|ok|i'm|im|i am)[ ,]+)?(?:just |only )?(?:kidding|j\/?k)\b[\s,.!…-]+/u;

/** Up to where a text is what somebody says, and not what he hands over. */
export function spokenLength(text: string): number {
  const match = MATERIAL.exec(text);
  return match === null ? text.length : match.index + 1;
}

/** Whether a text is in another language than English, so far as that can be told. */
export function isForeign(text: string): boolean {
  const found = text.match(FOREIGN);
  return found !== null && (found.length > 1 || found.length * 6 > text.split(' ').length);
}
