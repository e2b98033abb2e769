-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "erased_seq" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "policies" JSONB;

-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "erased_seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "is_erased" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "erasures" (
    "project_id" INTEGER NOT NULL,
    "id" BIGINT NOT NULL,
    "first" BIGINT NOT NULL,
    "last" BIGINT NOT NULL,
    "next" BIGINT,

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE INDEX "conversations_silent_idx" ON "conversations"("project_id", "channel", "active_at") WHERE (status = 'ACTIVE');
