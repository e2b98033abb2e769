-- AlterEnum
ALTER TYPE "SourceStatus" ADD VALUE 'OFF';
