// Where a change is judged, property tests are the same each time; everywhere else each run looks somewhere new.
import fc from 'fast-check'

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 1_866_240 })
