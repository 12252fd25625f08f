// Not measured: the emulator, in a process of its own. Prints one line when ready and runs until it is told to end, or
// until whoever started it is gone.
import { startEmulator } from '../../src/emulator/server.ts'

const emulator = await startEmulator()
process.stdout.write(`${JSON.stringify(emulator.ready)}\n`)
process.stdin.resume().on('end', () => void emulator.close())
process.on('SIGTERM', () => {
  process.stdin.destroy()
  void emulator.close()
})
