-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_fact" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "end_user_id" INTEGER,
ADD COLUMN     "sentiment" DOUBLE PRECISION,
ADD COLUMN     "topics" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "receipts" ADD COLUMN     "took_ms" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "profiles" (
    "project_id" INTEGER NOT NULL,
    "end_user_id" INTEGER NOT NULL,
    "messages" INTEGER NOT NULL,
    "sentiment" DOUBLE PRECISION NOT NULL,
    "characters" INTEGER NOT NULL,
    "hours" INTEGER[],

    CONSTRAINT "profiles_pkey" PRIMARY KEY ("project_id","end_user_id")
);

-- CreateTable
CREATE TABLE "facts" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "end_user_id" INTEGER NOT NULL,
    "category" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "polarity" TEXT NOT NULL,
    "tense" TEXT NOT NULL,
    "is_stated" BOOLEAN NOT NULL,
    "evidence" INTEGER NOT NULL,
    "is_confirmed" BOOLEAN NOT NULL,
    "first_said_at" TIMESTAMPTZ(3) NOT NULL,
    "last_said_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ending" TEXT,
    "replaced_by" INTEGER,

    CONSTRAINT "facts_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "evidence" (
    "project_id" INTEGER NOT NULL,
    "fact_id" INTEGER NOT NULL,
    "message_id" INTEGER NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("project_id","fact_id","message_id")
);

-- CreateTable
CREATE TABLE "watchers" (
    "project_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "holder" TEXT NOT NULL,
    "held_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "watchers_pkey" PRIMARY KEY ("project_id","name")
);

-- CreateIndex
CREATE INDEX "facts_project_id_end_user_id_key_idx" ON "facts"("project_id", "end_user_id", "key");

-- CreateIndex
CREATE INDEX "evidence_project_id_message_id_idx" ON "evidence"("project_id", "message_id");

-- CreateIndex
CREATE INDEX "messages_project_id_end_user_id_at_id_idx" ON "messages"("project_id", "end_user_id", "at" DESC, "id" DESC) WHERE (end_user_id is not null);

-- DropIndex
DROP INDEX "conversations_project_id_status_active_seq_idx";

-- DropIndex
DROP INDEX "conversations_project_id_end_user_id_active_seq_idx";

-- CreateIndex
CREATE INDEX "conversations_closed_idx" ON "conversations"("project_id", "active_seq" DESC) WHERE (status = 'CLOSED');

-- CreateIndex
CREATE INDEX "conversations_project_id_end_user_id_active_seq_idx" ON "conversations"("project_id", "end_user_id", "active_seq" DESC) WHERE (end_user_id is not null);
