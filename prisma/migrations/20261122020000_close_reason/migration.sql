-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "close_reason" TEXT;

-- What the log tells of those that are closed.
UPDATE "conversations" c SET "close_reason" = (
  SELECT e.body->>'reason' FROM "events" e
  WHERE e.project_id = c.project_id AND e.kind = 'ConversationClosed' AND e.seq = c.active_seq)
WHERE c.status = 'CLOSED';
