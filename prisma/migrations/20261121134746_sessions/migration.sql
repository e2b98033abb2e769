-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_cost" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "last_feedback" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "last_turn" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "turns" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "stages" JSONB NOT NULL,
    "total_ms" DOUBLE PRECISION,
    "llm_cache_hit" BOOLEAN,
    "tts_cache_hit" BOOLEAN,
    "guardrail_violations" INTEGER NOT NULL,
    "guardrail_blocks" INTEGER NOT NULL,
    "optimization_level" TEXT,
    "language_code" TEXT,
    "user_input" TEXT,
    "assistant_response" TEXT,
    "error" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "metadata" JSONB NOT NULL,

    CONSTRAINT "turns_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "costs" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "turn_id" TEXT,
    "service" TEXT NOT NULL,
    "provider" TEXT,
    "operation" TEXT,
    "model" TEXT,
    "units" DECIMAL,
    "unit_type" TEXT,
    "usd" DECIMAL,
    "table_usd" DECIMAL,
    "cached" BOOLEAN NOT NULL,
    "optimization_level" TEXT,
    "usage" JSONB,
    "stated_at" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "metadata" JSONB NOT NULL,

    CONSTRAINT "costs_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "feedback" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "turn_id" TEXT,
    "message_id" TEXT,
    "rating" INTEGER NOT NULL,
    "rating_type" TEXT NOT NULL,
    "text" TEXT,
    "category" TEXT,
    "is_incorrect" BOOLEAN NOT NULL,
    "is_too_slow" BOOLEAN NOT NULL,
    "is_unhelpful" BOOLEAN NOT NULL,
    "is_offensive" BOOLEAN NOT NULL,
    "user_input" TEXT,
    "assistant_response" TEXT,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feedback_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "figures" (
    "project_id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "figures" JSONB NOT NULL,

    CONSTRAINT "figures_pkey" PRIMARY KEY ("project_id","conversation_id")
);

-- CreateIndex
CREATE INDEX "turns_project_id_conversation_id_id_idx" ON "turns"("project_id", "conversation_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "turns_project_id_conversation_id_external_id_key" ON "turns"("project_id", "conversation_id", "external_id");

-- CreateIndex
CREATE INDEX "costs_project_id_conversation_id_id_idx" ON "costs"("project_id", "conversation_id", "id");

-- CreateIndex
CREATE INDEX "feedback_project_id_conversation_id_id_idx" ON "feedback"("project_id", "conversation_id", "id");

-- AlterTable
ALTER TABLE "evidence" ADD COLUMN     "quote" TEXT NOT NULL DEFAULT '';
