declare module 'postject' {
  /** Puts a resource into an executable file, and turns the mark in it by which the program knows of that. */
  export function inject(
    file: string,
    resource: string,
    content: Buffer,
    options: { readonly sentinelFuse: string },
  ): Promise<void>
}
