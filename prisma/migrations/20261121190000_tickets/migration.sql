-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "ticket_secret" TEXT NOT NULL DEFAULT gen_random_uuid()::text;
