// Not measured: the emulator, in a process of its own. Prints one line when ready and runs until it is told to end.
import { startEmulator } from '../../src/emulator/server.ts'

const emulator = await startEmulator()
process.stdout.write(`${JSON.stringify(emulator.ready)}\n`)
process.on('SIGTERM', () => void emulator.close())
