-- Messages and segments draw their ids from one counter, so that what was said lies in one order.
ALTER TABLE "projects" DROP COLUMN "last_segment";

-- Finals are found as messages are; partials are not.
ALTER TABLE "segments" ADD COLUMN     "language" TEXT,
ADD COLUMN     "words" tsvector GENERATED ALWAYS AS (CASE WHEN NOT is_partial THEN search_words(project_id, id, language, text) END) STORED;

-- CreateIndex
CREATE UNIQUE INDEX "segments_project_id_id_key" ON "segments"("project_id", "id");

-- CreateIndex
CREATE INDEX "segments_words_idx" ON "segments" USING GIN ("words") WITH (gin_pending_list_limit = 1024);
