-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Channel" AS ENUM ('CHAT', 'CALL');

-- CreateEnum
CREATE TYPE "ConversationStatus" AS ENUM ('ACTIVE', 'CLOSED');

-- CreateEnum
CREATE TYPE "Sender" AS ENUM ('USER', 'BOT', 'HUMAN', 'SYSTEM');

-- CreateEnum
CREATE TYPE "Scope" AS ENUM ('ingest', 'read', 'operate', 'admin');

-- CreateTable
CREATE TABLE "projects" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "head" BIGINT NOT NULL DEFAULT 0,
    "floor" BIGINT NOT NULL DEFAULT 0,
    "last_end_user" INTEGER NOT NULL DEFAULT 0,
    "last_conversation" INTEGER NOT NULL DEFAULT 0,
    "last_message" INTEGER NOT NULL DEFAULT 0,
    "last_generated" BIGINT NOT NULL DEFAULT 0,
    "payload_mapping" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "project_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" "Scope"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "end_users" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "end_users_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "conversations" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "end_user_id" INTEGER,
    "channel" "Channel" NOT NULL,
    "platform" TEXT NOT NULL,
    "status" "ConversationStatus" NOT NULL,
    "messages" INTEGER NOT NULL,
    "exchanges" INTEGER NOT NULL,
    "last_message" INTEGER,
    "last_text" TEXT,
    "last_sender" "Sender",
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "active_at" TIMESTAMPTZ(3) NOT NULL,
    "active_seq" BIGINT NOT NULL,

    CONSTRAINT "conversations_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "exchanges" (
    "project_id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "first_message" INTEGER NOT NULL,
    "arrived_seq" BIGINT NOT NULL,
    "arrived_at" TIMESTAMPTZ(3) NOT NULL,
    "claims" JSONB NOT NULL,

    CONSTRAINT "exchanges_pkey" PRIMARY KEY ("project_id","conversation_id","ordinal")
);

-- CreateTable
CREATE TABLE "messages" (
    "project_id" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "exchange" INTEGER,
    "sender" "Sender" NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "metadata" JSONB NOT NULL,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "events" (
    "project_id" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("project_id","seq")
);

-- CreateTable
CREATE TABLE "receipts" (
    "project_id" INTEGER NOT NULL,
    "door" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "answers" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipts_pkey" PRIMARY KEY ("project_id","door","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "projects_name_key" ON "projects"("name");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "end_users_project_id_external_id_key" ON "end_users"("project_id", "external_id");

-- CreateIndex
CREATE INDEX "conversations_project_id_active_seq_idx" ON "conversations"("project_id", "active_seq" DESC);

-- CreateIndex
CREATE INDEX "conversations_project_id_status_active_seq_idx" ON "conversations"("project_id", "status", "active_seq" DESC);

-- CreateIndex
CREATE INDEX "conversations_project_id_end_user_id_active_seq_idx" ON "conversations"("project_id", "end_user_id", "active_seq" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "conversations_project_id_external_id_key" ON "conversations"("project_id", "external_id");

-- CreateIndex
CREATE INDEX "exchanges_project_id_arrived_seq_idx" ON "exchanges"("project_id", "arrived_seq" DESC);

-- CreateIndex
CREATE INDEX "messages_project_id_conversation_id_id_idx" ON "messages"("project_id", "conversation_id", "id");

-- CreateIndex
CREATE INDEX "receipts_at_idx" ON "receipts"("at");
