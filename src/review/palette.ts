// Colours by meaning.
import picocolors from 'picocolors'

type Paint = (text: string) => string

/** How each kind of text is coloured. Never put the only sign of something in a colour. */
export interface Palette {
  readonly add: Paint
  readonly change: Paint
  readonly remove: Paint
  readonly read: Paint
  readonly strong: Paint
  readonly faint: Paint
  readonly error: Paint
  readonly warning: Paint
}

/** Makes the palette; with `enabled` false every text stays as it is. */
export function makePalette(enabled: boolean): Palette {
  const c = picocolors.createColors(enabled)
  return {
    add: c.green,
    change: c.yellow,
    remove: c.red,
    read: c.cyan,
    strong: c.bold,
    faint: c.dim,
    error: c.red,
    warning: c.yellow,
  }
}
