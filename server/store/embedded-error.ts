/** The bundled PostgreSQL cannot be used; the message is one line that says what is wrong and what to do. */
export class EmbeddedDatabaseError extends Error {
  override name = 'EmbeddedDatabaseError' as const;
}
