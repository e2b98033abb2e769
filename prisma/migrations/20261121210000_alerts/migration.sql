-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_alert" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "alert_rules" (
    "project_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "is_enabled" BOOLEAN NOT NULL,
    "platform" TEXT,
    "condition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "alerts" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "conversation_id" TEXT,
    "end_user_id" TEXT,
    "scope" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "text" TEXT NOT NULL,
    "proof" JSONB NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "snoozed_until" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,
    "resolution" TEXT,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE INDEX "alerts_project_id_rule_id_scope_id_idx" ON "alerts"("project_id", "rule_id", "scope", "id" DESC);

-- CreateIndex
CREATE INDEX "alerts_open_idx" ON "alerts"("project_id", "id" DESC) WHERE (status <> 'RESOLVED');

-- CreateIndex
CREATE INDEX "turns_project_id_at_idx" ON "turns"("project_id", "at");

-- CreateIndex
CREATE INDEX "costs_project_id_at_idx" ON "costs"("project_id", "at");

-- CreateIndex
CREATE INDEX "feedback_project_id_created_at_idx" ON "feedback"("project_id", "created_at");
