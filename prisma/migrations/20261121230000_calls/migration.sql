-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_segment" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "calls" (
    "project_id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "customer_phone_number" TEXT,
    "system_phone_number" TEXT,
    "agent_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "is_start_stated" BOOLEAN NOT NULL,
    "metadata" JSONB NOT NULL,
    "categories" JSONB NOT NULL,
    "finals" INTEGER NOT NULL,
    "last_start_ms" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "calls_pkey" PRIMARY KEY ("project_id","conversation_id")
);

-- CreateTable
CREATE TABLE "segments" (
    "project_id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "speaker" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "start_ms" DOUBLE PRECISION NOT NULL,
    "end_ms" DOUBLE PRECISION NOT NULL,
    "is_partial" BOOLEAN NOT NULL,
    "sentiment" DOUBLE PRECISION,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "metadata" JSONB NOT NULL,
    "matches" JSONB NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "segments_pkey" PRIMARY KEY ("project_id","conversation_id","external_id")
);

-- CreateTable
CREATE TABLE "call_categories" (
    "project_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "category" JSONB NOT NULL,

    CONSTRAINT "call_categories_pkey" PRIMARY KEY ("project_id","name")
);

-- CreateIndex
CREATE INDEX "calls_project_id_started_at_conversation_id_idx" ON "calls"("project_id", "started_at" DESC, "conversation_id" DESC);

-- CreateIndex
CREATE INDEX "segments_project_id_conversation_id_start_ms_id_idx" ON "segments"("project_id", "conversation_id", "start_ms", "id");

-- CreateIndex
CREATE INDEX "segments_matched_idx" ON "segments"("project_id", "conversation_id") WHERE (matches <> '[]');

-- CreateIndex
CREATE INDEX "conversations_active_calls_idx" ON "conversations"("project_id", "id") WHERE (channel = 'CALL' and status = 'ACTIVE');
