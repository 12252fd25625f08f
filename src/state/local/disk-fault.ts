// What an error of the disk means to a person.
import { DiagnosticError, problem } from '../../diagnostics.ts'
import { errorCode } from './disk.ts'

interface Fault {
  readonly summary: string
  readonly because: string
  readonly advice: string
}

const full: Fault = {
  summary: 'Disk is full',
  because: 'there is no room left on the disk',
  advice: 'Make room and try again.',
}
const denied: Fault = {
  summary: 'No permission for state',
  because: 'this user may not do that',
  advice: 'Give this user write access to the directory and the file, or keep the state elsewhere.',
}

const faults: { readonly [code: string]: Fault } = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EACCES: denied,
  EPERM: denied,
  EROFS: {
    summary: 'Directory is read-only',
    because: 'the directory is on a read-only file system',
    advice: 'Make it writable, or keep the state elsewhere.',
  },
  ENOENT: {
    summary: 'State directory is missing',
    because: 'the directory does not exist, or no longer does',
    advice: 'Create it again, or correct the path of the state.',
  },
  ENOTDIR: {
    summary: 'State directory is missing',
    because: 'a part of the path is a file and not a directory',
    advice: 'Correct the path of the state.',
  },
  EISDIR: {
    summary: 'State is a directory',
    because: 'it is a directory',
    advice: 'Give the path of a file.',
  },
  ENOLCK: {
    summary: 'Locks not supported there',
    because: 'its file system has no locks',
    advice: 'Keep the state on a local disk.',
  },
}

/** A diagnostic for a failed call; anything that is not the disk's fault comes back as it is. `act` reads "write". */
export function diskFault(error: unknown, act: string, path: string, assurance: string): unknown {
  const code = errorCode(error)
  if (code === undefined || error instanceof DiagnosticError) return error
  const { summary, because, advice } = faults[code] ?? {
    summary: 'State file not usable',
    because: `the system answered ${code}`,
    advice: 'Repair the disk or keep the state elsewhere.',
  }
  const detail = `Hubform could not ${act} ${path}: ${because}. ${assurance === '' ? '' : `${assurance} `}${advice}`
  return new DiagnosticError(problem(summary, detail, { file: path }), { cause: error })
}
