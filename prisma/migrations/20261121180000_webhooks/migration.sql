-- CreateEnum
CREATE TYPE "DeliveryState" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "last_delivery" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "webhooks" (
    "project_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "kinds" TEXT[],
    "description" TEXT,
    "secret" TEXT NOT NULL,
    "is_enabled" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_reason" TEXT,

    CONSTRAINT "webhooks_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "deliveries" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "state" "DeliveryState" NOT NULL,
    "attempts" INTEGER NOT NULL,
    "attempts_before" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3),
    "held_until" TIMESTAMPTZ(3),
    "last_status" INTEGER,
    "last_error" TEXT,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE INDEX "deliveries_project_id_endpoint_id_id_idx" ON "deliveries"("project_id", "endpoint_id", "id");

-- CreateIndex
CREATE INDEX "deliveries_due_idx" ON "deliveries"("project_id", "endpoint_id", "next_at", "id") WHERE (state = 'PENDING');
