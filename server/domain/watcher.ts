/** How far a standing rule has read the log of a project, and which server carries it out. */
export type Watcher = {
  name: string;
  /** Everything up to here has been looked at. */
  seq: number;
  /** The server that carries it out until `heldUntil` (ISO); another one may from then on. */
  holder: string;
  heldUntil: string;
};
