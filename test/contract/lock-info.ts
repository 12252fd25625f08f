// Word that a test leaves in a lock. Apart from the suite so that programs outside vitest can use it.
import type { LockInfo } from '../../src/state/backend.ts'

export function lockInfo(id: string): LockInfo {
  return {
    ID: id,
    Operation: 'OperationTypeApply',
    Info: '',
    Who: 'ada@engine',
    Version: '0.1.0',
    Created: '2026-01-02T03:04:05Z',
    Path: 'here',
  }
}
