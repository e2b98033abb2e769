-- CreateEnum
CREATE TYPE "SourceStatus" AS ENUM ('READING', 'FOLLOWING', 'WAITING');

-- CreateTable
CREATE TABLE "sources" (
    "project_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "status" "SourceStatus" NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "checkpoint" JSONB NOT NULL,
    "records" BIGINT NOT NULL,
    "skipped" BIGINT NOT NULL,
    "version" BIGINT NOT NULL,
    "holder" TEXT NOT NULL,
    "held_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sources_pkey" PRIMARY KEY ("project_id","name")
);
