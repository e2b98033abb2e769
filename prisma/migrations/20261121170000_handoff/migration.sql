-- CreateEnum
CREATE TYPE "Owner" AS ENUM ('BOT', 'PENDING', 'HUMAN');

-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_note" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "handoff_reason" TEXT,
ADD COLUMN     "operator" TEXT,
ADD COLUMN     "owner" "Owner" NOT NULL DEFAULT 'BOT',
ADD COLUMN     "owner_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "priority" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "handoffs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "wanted_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "human_replied" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "requires_human" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "notes" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notes_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE INDEX "notes_project_id_conversation_id_id_idx" ON "notes"("project_id", "conversation_id", "id");

-- CreateIndex
CREATE INDEX "conversations_owner_idx" ON "conversations"("project_id", "owner", "active_seq" DESC) WHERE (owner <> 'BOT');

-- CreateIndex
CREATE INDEX "messages_waiting_idx" ON "messages"("project_id", "conversation_id") WHERE (requires_human and not human_replied);

-- Until now the bot answered everywhere, from the beginning.
UPDATE "conversations" SET "owner_since" = "started_at";
