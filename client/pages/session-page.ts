import type { PropertyDeclarations } from 'lit';
import type { Connection, Sink } from '../connection.ts';
import { FiguresPage } from './figures-page.ts';

/** Figures of one session, or of the whole project where none is named. */
export abstract class SessionPage<Data, Series> extends FiguresPage<Data, Series> {
  static override properties: PropertyDeclarations = { session: {} };

  declare session: string | null;

  constructor() {
    super();
    this.session = null;
  }

  protected abstract followSession(connection: Connection, id: string, sink: Sink<Data>): () => void;
  protected abstract followProject(connection: Connection, from: string, sink: Sink<Data>): () => void;

  protected override subject(): string | null {
    return this.session || null;
  }

  protected override follow(
    connection: Connection,
    session: string | null,
    from: string,
    sink: Sink<Data>,
  ): () => void {
    return session === null
      ? this.followProject(connection, from, sink)
      : this.followSession(connection, session, sink);
  }

  /** A door of the speech API; that of an example where no session is named. */
  protected path(door: string): string {
    return `/api/v1/sessions/${encodeURIComponent(this.session ?? 'session-123')}/${door}`;
  }
}
