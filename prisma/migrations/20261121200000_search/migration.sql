-- Without punctuation that parsers give meanings to.
CREATE FUNCTION search_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(said, E'-./:@_<>&+~''\\%#=?', repeat(' ', 17));

-- Words as they are looked for: plain, and without accents. Where words are written without spaces (Chinese, Japanese,
-- Korean, Thai and their neighbours), each sign is a word.
CREATE FUNCTION search_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(said) = length(said)
  THEN search_plain(said)
  ELSE regexp_replace(regexp_replace(search_plain(translate(lower(normalize(regexp_replace(normalize(said, NFKD),
        '[\u0300-\u036f]', '', 'g'), NFKC)), 'ßøłđıæœ', 'soldiao')),
      '[\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u06d4\u0964\u0965\u200b-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb\ufe0e\ufe0f\U0001f000-\U0001faff]', ' ', 'g'),
    '([\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g')
END;

-- The dictionary of a language that PostgreSQL can take the endings of.
CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language
  WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
  WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
  WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
  WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
  WHEN 'da' THEN 'pg_catalog.danish'::regconfig
  WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
  WHEN 'en' THEN 'pg_catalog.english'::regconfig
  WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
  WHEN 'fr' THEN 'pg_catalog.french'::regconfig
  WHEN 'de' THEN 'pg_catalog.german'::regconfig
  WHEN 'el' THEN 'pg_catalog.greek'::regconfig
  WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
  WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
  WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
  WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
  WHEN 'it' THEN 'pg_catalog.italian'::regconfig
  WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
  WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
  WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
  WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
  WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
  WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
  WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
  WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
  WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
  WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
  WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
  WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
END;

-- The words of a text where they stand; what remains of them without their endings, with the weight A; its language;
-- and which texts it is among: all of the project, and those with ids near its own. No word has a slash. `folded` is
-- null where it is the same as `plain`. Names nothing but what PostgreSQL itself has, so that backups can be restored.
CREATE FUNCTION search_vector(project int, id int, language text, endings regconfig, plain text, folded text)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  words tsvector := to_tsvector('pg_catalog.simple'::regconfig, coalesce(folded, plain))
    || array_to_tsvector(ARRAY[project || '/', project || '/' || (id >> 17)]);
BEGIN
  IF endings IS NULL THEN RETURN words; END IF;
  RETURN words || setweight(to_tsvector(endings, plain), 'A') || array_to_tsvector(ARRAY[language || '/']);
END $$;

-- What a text of a project is found by. What is behind 50,000 characters is not found, and neither is what was erased.
CREATE FUNCTION search_words(project int, id int, language text, said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN said <> '' THEN search_vector(project, id, language, search_config(language),
  search_plain(left(said, 50000)),
  CASE WHEN octet_length(said) > length(said) THEN search_fold(left(said, 50000)) END) END;

-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "disliked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "liked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "said" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "sentiment" DOUBLE PRECISION,
ADD COLUMN     "sentiment_sum" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "usd" DECIMAL NOT NULL DEFAULT 0,
ADD COLUMN     "waiting" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "language" TEXT,
ADD COLUMN     "words" tsvector GENERATED ALWAYS AS (search_words(project_id, id, language, text)) STORED;

-- CreateTable
CREATE TABLE "saved_views" (
    "project_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_views_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE INDEX "conversations_urgency_idx" ON "conversations"("project_id", "priority" DESC, "owner_since", "id") WHERE (owner <> 'BOT');

-- CreateIndex
CREATE INDEX "conversations_project_id_platform_idx" ON "conversations"("project_id", "platform");

-- CreateIndex
CREATE INDEX "conversations_project_id_started_at_idx" ON "conversations"("project_id", "started_at");

-- CreateIndex
CREATE INDEX "conversations_project_id_active_at_idx" ON "conversations"("project_id", "active_at");

-- CreateIndex
CREATE INDEX "conversations_calls_idx" ON "conversations"("project_id") WHERE (channel = 'CALL');

-- CreateIndex
CREATE INDEX "conversations_waiting_idx" ON "conversations"("project_id") WHERE (waiting > 0);

-- CreateIndex
CREATE INDEX "conversations_project_id_sentiment_idx" ON "conversations"("project_id", "sentiment") WHERE (sentiment is not null);

-- CreateIndex
CREATE INDEX "conversations_project_id_usd_idx" ON "conversations"("project_id", "usd") WHERE (usd <> 0);

-- CreateIndex
CREATE INDEX "conversations_project_id_liked_idx" ON "conversations"("project_id", "liked") WHERE (liked > 0);

-- CreateIndex
CREATE INDEX "conversations_project_id_disliked_idx" ON "conversations"("project_id", "disliked") WHERE (disliked > 0);

-- CreateIndex
CREATE INDEX "messages_words_idx" ON "messages" USING GIN ("words") WITH (gin_pending_list_limit = 1024);

-- CreateIndex
CREATE INDEX "messages_metadata_idx" ON "messages" USING GIN ("metadata" jsonb_path_ops) WHERE (metadata <> '{}');

-- What is counted of conversations from now on, of those that are there.
UPDATE conversations SET said = told.said, sentiment_sum = told.sum, sentiment = told.sum / 1000.0 / nullif(told.said, 0),
  waiting = told.waiting
FROM (SELECT project_id, conversation_id, count(sentiment) AS said,
    coalesce(sum(round(sentiment * 1000)), 0) AS sum,
    count(*) FILTER (WHERE requires_human AND NOT human_replied) AS waiting
  FROM messages GROUP BY 1, 2) AS told
WHERE conversations.project_id = told.project_id AND conversations.id = told.conversation_id;

UPDATE conversations SET usd = coalesce((figures -> 'sums' ->> 'usd')::numeric, 0),
  liked = coalesce((counts ->> 'thumbsUp')::int, 0) + coalesce((counts ->> 'fourStars')::int, 0)
    + coalesce((counts ->> 'fiveStars')::int, 0),
  disliked = coalesce((counts ->> 'thumbsDown')::int, 0) + coalesce((counts ->> 'oneStar')::int, 0)
    + coalesce((counts ->> 'twoStars')::int, 0)
FROM (SELECT project_id, conversation_id, figures, figures -> 'counts' AS counts FROM figures) AS kept
WHERE conversations.project_id = kept.project_id AND conversations.id = kept.conversation_id;
