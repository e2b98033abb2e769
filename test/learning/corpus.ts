import { heldOutIdle } from './held-out-idle.ts';
import { heldOutTelling } from './held-out-telling.ts';
import { idleMessages } from './idle.ts';
import type { Labelled } from './message.ts';
import { tellingMessages } from './telling.ts';

/** Messages that the rules were tuned with. */
export const tuned: Labelled[] = [...tellingMessages, ...idleMessages];

/** Messages kept aside, to see how the rules do on what they were not made for. */
export const heldOut: Labelled[] = [...heldOutTelling, ...heldOutIdle];

export const corpus: Labelled[] = [...tuned, ...heldOut];
