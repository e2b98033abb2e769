-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "prices_seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "turns" ADD COLUMN     "setting" JSONB;

-- AlterTable
ALTER TABLE "costs" ADD COLUMN     "exchange" INTEGER,
ADD COLUMN     "setting" JSONB;

-- AlterTable
ALTER TABLE "feedback" ADD COLUMN     "external_id" TEXT,
ADD COLUMN     "message" INTEGER,
ADD COLUMN     "model" TEXT,
ADD COLUMN     "prompt_name" TEXT,
ADD COLUMN     "setting" JSONB;

-- CreateTable
CREATE TABLE "rollups" (
    "project_id" INTEGER NOT NULL,
    "dimension" TEXT NOT NULL,
    "span" INTEGER NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "value" TEXT NOT NULL,
    "succeeded" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,
    "interrupted" BIGINT NOT NULL DEFAULT 0,
    "llm_cache_hits" BIGINT NOT NULL DEFAULT 0,
    "llm_cache_misses" BIGINT NOT NULL DEFAULT 0,
    "tts_cache_hits" BIGINT NOT NULL DEFAULT 0,
    "tts_cache_misses" BIGINT NOT NULL DEFAULT 0,
    "guardrail_violations" BIGINT NOT NULL DEFAULT 0,
    "guardrail_blocks" BIGINT NOT NULL DEFAULT 0,
    "priced_costs" BIGINT NOT NULL DEFAULT 0,
    "unpriced_costs" BIGINT NOT NULL DEFAULT 0,
    "differing_costs" BIGINT NOT NULL DEFAULT 0,
    "thumbs_up" BIGINT NOT NULL DEFAULT 0,
    "thumbs_down" BIGINT NOT NULL DEFAULT 0,
    "one_star" BIGINT NOT NULL DEFAULT 0,
    "two_stars" BIGINT NOT NULL DEFAULT 0,
    "three_stars" BIGINT NOT NULL DEFAULT 0,
    "four_stars" BIGINT NOT NULL DEFAULT 0,
    "five_stars" BIGINT NOT NULL DEFAULT 0,
    "incorrect" BIGINT NOT NULL DEFAULT 0,
    "too_slow" BIGINT NOT NULL DEFAULT 0,
    "unhelpful" BIGINT NOT NULL DEFAULT 0,
    "offensive" BIGINT NOT NULL DEFAULT 0,
    "messages" BIGINT NOT NULL DEFAULT 0,
    "conversations" BIGINT NOT NULL DEFAULT 0,
    "closed" BIGINT NOT NULL DEFAULT 0,
    "closed_by_bot" BIGINT NOT NULL DEFAULT 0,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "usd" DECIMAL NOT NULL DEFAULT 0,
    "cached_usd" DECIMAL NOT NULL DEFAULT 0,
    "stated_usd" DECIMAL NOT NULL DEFAULT 0,
    "table_usd" DECIMAL NOT NULL DEFAULT 0,

    CONSTRAINT "rollups_pkey" PRIMARY KEY ("project_id","dimension","span","slot","value")
);

-- CreateTable
CREATE TABLE "latencies" (
    "project_id" INTEGER NOT NULL,
    "dimension" TEXT NOT NULL,
    "span" INTEGER NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "value" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "turns" BIGINT NOT NULL,
    "sum_ms" DECIMAL NOT NULL,
    "bins" INTEGER[],

    CONSTRAINT "latencies_pkey" PRIMARY KEY ("project_id","dimension","span","slot","value","part")
);

-- CreateTable
CREATE TABLE "prices" (
    "project_id" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "price" JSONB NOT NULL,

    CONSTRAINT "prices_pkey" PRIMARY KEY ("project_id","model")
);

-- CreateTable
CREATE TABLE "price_rules" (
    "project_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "rule" JSONB NOT NULL,

    CONSTRAINT "price_rules_pkey" PRIMARY KEY ("project_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "costs_project_id_conversation_id_exchange_key" ON "costs"("project_id", "conversation_id", "exchange") WHERE (exchange is not null);

-- CreateIndex
CREATE UNIQUE INDEX "feedback_project_id_conversation_id_external_id_key" ON "feedback"("project_id", "conversation_id", "external_id") WHERE (external_id is not null);

-- Adds up two histograms whose subscripts are their bins. Arrays grow in place here, which no query can do.
CREATE FUNCTION "merge_bins"(bins INTEGER[], more INTEGER[]) RETURNS INTEGER[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  FOR bin IN array_lower(more, 1) .. array_upper(more, 1) LOOP
    IF more[bin] <> 0 THEN
      bins[bin] := coalesce(bins[bin], 0) + more[bin];
    END IF;
  END LOOP;
  RETURN bins;
END
$$;

-- What sessions add up to is kept in another form now. How old times are spread is not known any more.
UPDATE "figures" f SET "figures" = (
  SELECT jsonb_build_object(
    'conversationId', f."conversation_id",
    'counts', jsonb_build_object(
      'succeeded', old->'succeeded', 'failed', old->'failed', 'interrupted', old->'interrupted',
      'llmCacheHits', old#>'{llmCache,hits}', 'llmCacheMisses', old#>'{llmCache,misses}',
      'ttsCacheHits', old#>'{ttsCache,hits}', 'ttsCacheMisses', old#>'{ttsCache,misses}',
      'guardrailViolations', old->'guardrailViolations', 'guardrailBlocks', old->'guardrailBlocks',
      'pricedCosts', old->'pricedCosts', 'unpricedCosts', old->'unpricedCosts',
      'differingCosts', c.differing, 'messages', 0,
      'thumbsUp', r.thumbs_up, 'thumbsDown', r.thumbs_down, 'oneStar', r.s1, 'twoStars', r.s2,
      'threeStars', r.s3, 'fourStars', r.s4, 'fiveStars', r.s5,
      'incorrect', r.incorrect, 'tooSlow', r.too_slow, 'unhelpful', r.unhelpful, 'offensive', r.offensive),
    'sums', jsonb_build_object(
      'usd', c.usd::text, 'cachedUsd', old->'cachedUsd', 'statedUsd', c.stated::text, 'tableUsd', c.listed::text),
    'times', jsonb_build_object('total', old->'total' || '{"bins":{"first":0,"counts":[]}}')
      || (SELECT jsonb_object_agg(key, value || '{"bins":{"first":0,"counts":[]}}') FROM jsonb_each(old->'latency')),
    'usdByService', old->'usdByService', 'usdByProvider', old->'usdByProvider', 'usdByModel', c.models,
    'categories', r.categories, 'optimizationLevel', old->'optimizationLevel', 'languageCode', old->'languageCode')
  FROM (SELECT f."figures" AS old) AS o,
    (SELECT count(*) FILTER (WHERE table_usd <> usd) AS differing,
        trim_scale(coalesce(sum(usd), 0)) AS usd,
        trim_scale(coalesce(sum(usd) FILTER (WHERE table_usd <> usd), 0)) AS stated,
        trim_scale(coalesce(sum(table_usd) FILTER (WHERE table_usd <> usd), 0)) AS listed,
        (SELECT coalesce(jsonb_object_agg(model, usd), '{}') FROM (
          SELECT coalesce(model, 'unknown') AS model, trim_scale(sum(usd))::text AS usd FROM "costs"
          WHERE project_id = f.project_id AND conversation_id = f.conversation_id AND usd IS NOT NULL
          GROUP BY 1) m) AS models
      FROM "costs" WHERE project_id = f.project_id AND conversation_id = f.conversation_id) AS c,
    (SELECT count(*) FILTER (WHERE rating_type = 'THUMBS' AND rating = 1) AS thumbs_up,
        count(*) FILTER (WHERE rating_type = 'THUMBS' AND rating = -1) AS thumbs_down,
        count(*) FILTER (WHERE rating_type = 'STARS' AND rating = 1) AS s1,
        count(*) FILTER (WHERE rating_type = 'STARS' AND rating = 2) AS s2,
        count(*) FILTER (WHERE rating_type = 'STARS' AND rating = 3) AS s3,
        count(*) FILTER (WHERE rating_type = 'STARS' AND rating = 4) AS s4,
        count(*) FILTER (WHERE rating_type = 'STARS' AND rating = 5) AS s5,
        count(*) FILTER (WHERE is_incorrect) AS incorrect, count(*) FILTER (WHERE is_too_slow) AS too_slow,
        count(*) FILTER (WHERE is_unhelpful) AS unhelpful, count(*) FILTER (WHERE is_offensive) AS offensive,
        (SELECT coalesce(jsonb_object_agg(category, ratings), '{}') FROM (
          SELECT category, count(*) AS ratings FROM "feedback"
          WHERE project_id = f.project_id AND conversation_id = f.conversation_id AND category IS NOT NULL
          GROUP BY 1) k) AS categories
      FROM "feedback" WHERE project_id = f.project_id AND conversation_id = f.conversation_id) AS r);

-- Messages are all there, so they are counted from the beginning.
INSERT INTO "rollups" ("project_id", "dimension", "span", "slot", "value", "messages")
SELECT m."project_id", d, s, date_bin(make_interval(mins => s), m."at", TIMESTAMPTZ '2001-01-01 00:00Z'),
  CASE d WHEN 'ALL' THEN '' ELSE c."platform" END, count(*)
FROM "messages" m
JOIN "conversations" c ON c."project_id" = m."project_id" AND c."id" = m."conversation_id"
CROSS JOIN (VALUES ('ALL'), ('PLATFORM')) AS dimensions (d)
CROSS JOIN (VALUES (15), (60), (1440)) AS spans (s)
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO "rollups" ("project_id", "dimension", "span", "slot", "value", "conversations")
SELECT c."project_id", d, s, date_bin(make_interval(mins => s), c."started_at", TIMESTAMPTZ '2001-01-01 00:00Z'),
  CASE d WHEN 'ALL' THEN '' ELSE c."platform" END, count(*)
FROM "conversations" c
CROSS JOIN (VALUES ('ALL'), ('PLATFORM')) AS dimensions (d)
CROSS JOIN (VALUES (15), (60), (1440)) AS spans (s)
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT ("project_id", "dimension", "span", "slot", "value") DO UPDATE SET "conversations" = excluded."conversations";
